#!/bin/sh
# jupyter_mlgit: keeps deleted branches
# Pins the old tip of a branch before git deletes or moves it, so that no garbage collection takes its commits.
# Installed by "jupyter mlgit setup --hook", taken away by "--no-hook". It never makes git fail.
state=$1
updates=$(cat)
before=$(dirname "$0")/reference-transaction.before-mlgit
status=0
if [ -x "$before" ]; then
    printf '%s\n' "$updates" | "$before" "$state" || status=$?
fi
[ "$state" = prepared ] || exit $status
(
    common=$(git rev-parse --git-common-dir) || exit 0
    mkdir -p "$common/mlgit/logs" || exit 0
    end=$(printf '\001')
    renamed=$common/logs/refs/.tmp-renamed-log
    keep() {
        git rev-parse --verify --quiet "refs/mlgit/pins/$1" >/dev/null || git update-ref "refs/mlgit/pins/$1" "$1"
    }
    note() {
        printf '%s %s %s %s %s %s\n' "$(date +%s)" "$@" >>"$common/mlgit/hook.log"
    }
    printf '%s\n' "$updates" | while read -r old new ref; do
        case $ref in refs/heads/* | refs/stash) ;; *) continue ;; esac
        tip=$(git rev-parse --verify --quiet "$ref") || continue
        case $new in
        "$tip") continue ;;
        *[!0]*)
            [ "$ref" = refs/stash ] && continue
            git merge-base --is-ancestor "$tip" "$new" && continue
            why=overwritten ;;
        *)
            # "git branch -m" has put the log aside when it removes the old name, and "git pack-refs" holds no lock
            # any more when it removes the loose file of what it has packed: neither takes a branch away. The branch
            # whose place another takes goes, too, while that log is aside, which then ends in another tip.
            [ -f "$renamed" ] && [ ! -f "$common/logs/$ref" ] &&
                [ "$(tail -n 1 "$renamed" | cut -d ' ' -f 2)" = "$tip" ] && continue
            [ ! -e "$common/packed-refs.lock" ] && grep -Fqx "$tip $ref" "$common/packed-refs" && continue
            why=deleted ;;
        esac
        if [ "$ref" = refs/stash ]; then
            # The other stashes stand in the log alone. "git stash drop" has taken the last one out of it already.
            { cut -d ' ' -f 2 "$common/logs/$ref"; echo "$tip"; } | sort -u | while read -r stashed; do
                keep "$stashed" && note "$stashed" "$ref" - - stash
            done
            continue
        fi
        keep "$tip" || continue
        short=${ref#refs/heads/}
        log=-
        if [ "$why" = deleted ] && [ -f "$common/logs/$ref" ]; then
            log=hook-$$-$tip
            cp "$common/logs/$ref" "$common/mlgit/logs/$log" || log=-
        fi
        # Each setting is name, line end, value, zero byte; a value may have line ends of its own.
        section=$(git config --local --list --null 2>/dev/null |
            tr '\n\000' '\001\n' | while IFS= read -r line; do
                case $line in "branch.$short."*) ;; *) continue ;; esac
                line=${line#"branch.$short."}
                # A variable's name has no dot: what has one belongs to a branch whose name goes on.
                case ${line%%"$end"*} in *.*) ;; *) printf '%s\n' "$line" ;; esac
            done | tr '\001\n' '\n\000' | base64 | tr -d '\n')
        note "$tip" "$ref" "$log" "${section:--}" "$why"
    done
) >/dev/null 2>&1
exit $status
