/* A driver's library of figures that a test chooses: NVML_STUB holds words such as "count=2 nvmlDeviceGetName=3".
   A number at a function's name is what it returns instead of an answer; "2:nvmlDeviceGetName=15" is for GPU 2 alone.
   Where NVML_STUB_FILE names a file, the words are read from that each time, so they may change while a server runs;
   without words there is no driver (error 12). Figures, each also for one GPU alone: used and total (MiB), util, temp,
   power (mW), pid0 to pid7 and mem0 to mem7 (MiB).
   What counts on a GPU at the moment of nvmlInit with "fixed" chosen is what there is until the library is opened anew.
   A slice (MIG) of GPU 1 is a device as well: the number 100 + 10 * 1 + its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long long big;
typedef void *device;
static int number(device one) { return (int)(size_t)one - 1; }

static const char *words(void)
{
    static __thread char text[4000];
    const char *path = getenv("NVML_STUB_FILE");
    FILE *file = path ? fopen(path, "r") : 0;
    if (!file) return getenv("NVML_STUB");
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

static int chosen(const char *name, int otherwise)
{
    size_t length = strlen(name);
    const char *all = words();
    for (const char *at = all; at && (at = strstr(at, name)); at += length)
        if ((at == all || at[-1] == ' ' || at[-1] == '\n') && at[length] == '=')
            return atoi(at + length + 1);
    return otherwise;
}

static int figure(const char *name, device one, int otherwise)
{
    char own[100];
    snprintf(own, sizeof own, "%d:%s", number(one), name);
    return chosen(own, chosen(name, otherwise));
}

static int of(const char *name, device one) { return figure(name, one, 0); }

#define ASK(name) { int refused = of(name, one); if (refused) return refused; }
#define FIGURE(name, value) int name(device one, unsigned *found) { ASK(#name) *found = (value); return 0; }

static int at_start;
int nvmlInitWithFlags(unsigned flags)
{
    if (!words()) return 12;
    at_start = chosen("count", 1);
    return chosen("nvmlInit", 0);
}
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int error) { return "stub"; }
int nvmlSystemGetDriverVersion(char *text, unsigned size)
{
    strcpy(text, "550.54.14");
    return chosen("nvmlSystemGetDriverVersion", 0);
}
int nvmlSystemGetCudaDriverVersion(int *found) { *found = 12040; return chosen("nvmlSystemGetCudaDriverVersion", 0); }
int nvmlDeviceGetCount_v2(unsigned *found)
{
    *found = chosen("fixed", 0) ? at_start : chosen("count", 1);
    return chosen("nvmlDeviceGetCount", 0);
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, device *found)
{
    device one = *found = (device)(size_t)(index + 1);
    ASK("nvmlDeviceGetHandleByIndex")
    return 0;
}
int nvmlDeviceGetUUID(device one, char *text, unsigned size)
{
    ASK("nvmlDeviceGetUUID")
    sprintf(text, "%s-%d", number(one) < 100 ? "GPU" : "MIG", number(one));
    return 0;
}
int nvmlDeviceGetName(device one, char *text, unsigned size)
{
    ASK("nvmlDeviceGetName")
    strcpy(text, number(one) < 100 ? "NVIDIA Stub 24GB" : "NVIDIA Stub MIG 1g.6gb");
    return 0;
}
struct memory { big total, free, used; };
struct memory_v2 { unsigned version; big total, reserved, free, used; };
int nvmlDeviceGetMemoryInfo(device one, struct memory *found)
{
    ASK("nvmlDeviceGetMemoryInfo")
    found->total = 24ull << 30; found->used = (18ull << 30) + (1ull << 29);
    return 0;
}
int nvmlDeviceGetMemoryInfo_v2(device one, struct memory_v2 *found)
{
    ASK("nvmlDeviceGetMemoryInfo") ASK("nvmlDeviceGetMemoryInfo_v2")
    found->total = (big)figure("total", one, number(one) < 100 ? 24 << 10 : 6 << 10) << 20;
    found->used = (big)figure("used", one, 18 << 10) << 20; found->reserved = 1ull << 29;
    return 0;
}
int nvmlDeviceGetUtilizationRates(device one, unsigned *found)
{
    ASK("nvmlDeviceGetUtilizationRates")
    found[0] = figure("util", one, 41); found[1] = 7;
    return 0;
}
int nvmlDeviceGetTemperature(device one, int sensor, unsigned *found)
{
    ASK("nvmlDeviceGetTemperature")
    *found = figure("temp", one, 63);
    return 0;
}
FIGURE(nvmlDeviceGetPowerUsage, figure("power", one, 212500))
FIGURE(nvmlDeviceGetEnforcedPowerLimit, 300000)
int nvmlDeviceGetClockInfo(device one, int type, unsigned *found)
{
    ASK("nvmlDeviceGetClockInfo")
    *found = 1410;
    return 0;
}
int nvmlDeviceGetMaxClockInfo(device one, int type, unsigned *found)
{
    ASK("nvmlDeviceGetMaxClockInfo")
    *found = 1980;
    return 0;
}
#ifndef OLD_DRIVER
int nvmlDeviceGetCurrentClocksEventReasons(device one, big *found)
{
    ASK("nvmlDeviceGetCurrentClocksEventReasons")
    *found = chosen("reasons", 1);
    return 0;
}
#endif
int nvmlDeviceGetCurrentClocksThrottleReasons(device one, big *found)
{
    ASK("nvmlDeviceGetCurrentClocksThrottleReasons")
    *found = 0x40;
    return 0;
}
int nvmlDeviceGetTotalEccErrors(device one, int kind, int since, big *found)
{
    ASK("nvmlDeviceGetTotalEccErrors")
    *found = chosen(kind ? "errors" : "corrected", 0);
    return 0;
}
int nvmlDeviceGetRemappedRows(device one, unsigned *corrected, unsigned *not, unsigned *waits, unsigned *failed)
{
    ASK("nvmlDeviceGetRemappedRows")
    *corrected = figure("rows", one, 0); *not = 0;
    *waits = figure("waits", one, 0); *failed = figure("failed", one, 0);
    return 0;
}
int nvmlDeviceGetRetiredPages(device one, int cause, unsigned *count, big *found)
{
    ASK("nvmlDeviceGetRetiredPages")
    *count = figure(cause ? "doubles" : "singles", one, 0);
    return 0;
}
int nvmlDeviceGetRetiredPagesPendingStatus(device one, unsigned *found)
{
    ASK("nvmlDeviceGetRetiredPagesPendingStatus")
    *found = figure("waits", one, 0);
    return 0;
}
struct bus { char old[16]; unsigned domain, bus, device, id, sub; char name[32]; };
int nvmlDeviceGetPciInfo_v3(device one, struct bus *found)
{
    ASK("nvmlDeviceGetPciInfo")
    found->domain = 0; found->bus = 0xc0 + number(one); found->device = 0;
    return 0;
}
/* Events: the word "xids" counts those that there have been on GPU 0; each is told of once, as number 79. */
struct event { device of; big kind, data; unsigned part, sub; };
static int listened, told;
int nvmlEventSetCreate(void **set) { *set = &told; told = chosen("xids", 0); return chosen("nvmlEventSetCreate", 0); }
int nvmlEventSetFree(void *set) { listened = 0; return 0; }
int nvmlDeviceRegisterEvents(device one, big kinds, void *set)
{
    ASK("nvmlDeviceRegisterEvents")
    listened |= number(one) == 0 && kinds == 8;
    return 0;
}
int nvmlEventSetWait_v2(void *set, struct event *found, unsigned patience)
{
    if (!listened || told >= chosen("xids", 0)) return 10;
    told++;
    found->of = (device)1; found->kind = 8; found->data = 79;
    return 0;
}
int nvmlDeviceGetCudaComputeCapability(device one, int *major, int *minor)
{
    ASK("nvmlDeviceGetCudaComputeCapability")
    *major = 9; *minor = 0;
    return 0;
}
int nvmlDeviceGetMigMode(device one, unsigned *now, unsigned *next)
{
    int slices = chosen("slices", -1);
    if (slices < 0) return 3;
    *now = *next = slices > 0;
    return 0;
}
int nvmlDeviceGetMaxMigDeviceCount(device one, unsigned *found) { *found = 7; return 0; }
int nvmlDeviceGetMigDeviceHandleByIndex(device one, unsigned index, device *found)
{
    if ((int)index >= 2 * chosen("slices", 0) || index % 2) return 6;
    *found = (device)(size_t)(100 + 10 * number(one) + index + 1);
    return 0;
}
struct process { unsigned pid; big used; unsigned gpu, compute; };
static int processes(device one, unsigned *count, struct process *found)
{
    char name[30];
    unsigned there = 0, room = *count;
    for (int at = 0; at < 8; at++) {
        sprintf(name, "pid%d", at);
        int pid = of(name, one);
        if (!pid) break;
        sprintf(name, "mem%d", at);
        if (found && at < (int)room) {
            found[at].pid = pid;
            found[at].used = at == 3 ? ~0ull : (big)figure(name, one, (at + 1) << 10) << 20;
        }
        there++;
    }
    *count = there;
    return there && (!found || there > room) ? 7 : 0;
}
int nvmlDeviceGetComputeRunningProcesses_v2(device one, unsigned *count, struct process *found)
{
    return processes(one, count, found);
}
#ifndef OLD_DRIVER
int nvmlDeviceGetComputeRunningProcesses_v3(device one, unsigned *count, struct process *found)
{
    ASK("nvmlDeviceGetComputeRunningProcesses")
    return processes(one, count, found);
}
#endif
