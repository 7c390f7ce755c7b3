"""What the name of an argument, a constant, an option or a configuration's key says about it."""

from __future__ import annotations

import re
from functools import lru_cache

_EXACT = {
    "learning-rate": "lr learning_rate base_lr init_lr max_lr min_lr lr0 lrf alpha_lr",
    "batch-size": "bs batch batchsize minibatch",
    "seed": "random_state deterministic benchmark cudnn_benchmark cudnn_deterministic pythonhashseed prng rng_key",
    "precision": (
        "precision mixed_precision half float16 bfloat16 autocast load_in_8bit load_in_4bit float32_matmul_precision"
        " matmul_precision allow_tf32 jax_enable_x64"
    ),
    "shuffle": "drop_last sampler batch_sampler reshuffle_each_iteration drop_remainder replacement",
    "data-split": (
        "test_size train_size val_size valid_size validation_size validation_split val_split valid_split split_ratio"
        " train_split test_split train_ratio test_ratio val_ratio valid_ratio val_frac test_frac train_frac"
        " holdout subset"
        " stratify n_splits num_folds n_folds folds k_folds kfold cv validation_data eval_dataset eval_set split"
        " train_dataset val_dataset valid_dataset val_fraction test_fraction val_pct valid_pct test_pct train"
    ),
    "loss": (
        "loss criterion objective loss_fn loss_type loss_function loss_name label_smoothing pos_weight class_weight"
        " class_weights loss_weights loss_weight from_logits reduction ignore_index scale_pos_weight"
    ),
    "optimizer": (
        "optimizer optim optimizer_type optimizer_name opt_name momentum betas beta1 beta2 beta_1 beta_2"
        " nesterov amsgrad"
        " weight_decay wd max_grad_norm gradient_clip_val gradient_clip grad_clip clip_grad clip_grad_norm"
        " clipnorm clipvalue"
        " global_clipnorm gradient_accumulation_steps accumulate_grad_batches accumulation_steps accum_steps grad_accum"
        " grad_accum_steps adam_beta1 adam_beta2 adam_epsilon gradient_clipping"
    ),
    "scheduler": "scheduler sched lr_scheduler step_size t_max eta_min decay_steps decay_rate num_cycles pct_start",
    "train-eval": "training",
    "transform": (
        "transform transforms target_transform augment augmentation augmentations data_augmentation image_size img_size"
        " imgsz input_size crop_size max_length max_len max_seq_length max_seq_len seq_len seq_length mixup cutmix"
        " preprocessing_function truncation do_lower_case target_size auto_augment"
    ),
    "normalisation": "rescale scale_inputs mean std pixel_mean pixel_std norm_mean norm_std image_mean image_std",
    "device": (
        "device map_location accelerator devices gpus use_cuda cuda use_gpu gpu gpu_id gpu_ids device_map no_cuda"
        " cuda_visible_devices num_gpus n_gpu n_gpus use_cpu"
    ),
    "hyperparameter": (
        "epochs epoch_count num_epochs n_epochs max_epochs nb_epochs nepochs num_train_epochs total_epochs max_steps"
        " total_steps num_steps train_steps n_steps max_iters max_iter num_iters iterations num_iterations"
        " steps_per_epoch"
        " hidden_size hidden_dim hidden hidden_units hidden_channels num_layers n_layers num_heads n_heads"
        " n_head n_layer"
        " embed_dim embedding_dim emb_dim d_model latent_dim dim_feedforward n_embd block_size context_length"
        " vocab_size"
        " n_estimators max_depth num_leaves subsample colsample_bytree min_child_weight feature_fraction"
        " bagging_fraction"
        " reg_alpha reg_lambda lambda_l1 lambda_l2 n_components n_neighbors n_clusters num_boost_round"
        " early_stopping_rounds patience temperature top_k top_p pretrained freeze lora_alpha lora_r lora_rank"
        " num_labels"
        " num_classes ema ema_decay ema_rate tau n_critic noise_dim z_dim latent_size model_name model_name_or_path"
        " num_train_samples num_samples kernel_size num_filters filters gamma discount buffer_capacity epsilon"
        " min_samples_leaf min_samples_split timesteps num_timesteps guidance_scale num_inference_steps"
    ),
}
_BY_NAME = {name: rule for rule, names in _EXACT.items() for name in names.split()}

_QUIET = frozenset(
    """
    num_workers n_jobs verbose verbosity log_interval log_every logging_steps save_steps print_freq pin_memory
    persistent_workers prefetch_factor log_level silent nthread n_threads num_threads figsize dpi title label color
    save_every eval_every num_proc n_proc cache_dir download keep_in_memory batched desc
    local_rank log_dir resume ckpt_path output_dir run_name report_to project save_total_limit disable_tqdm push_to_hub
    logging_dir save_strategy logging_strategy prefetch_buffer_size thread_count name desc
    """.split()
)
"""Settings that change what is said, saved or how fast, not what comes out."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=4096)
def is_quiet(name: str) -> bool:
    """Whether a setting changes nothing that is computed."""
    return _snake(name) in _QUIET


@lru_cache(maxsize=4096)
def rule_of(name: str) -> str | None:
    """Says which rule speaks of a setting with this name."""
    snake = _snake(name)
    if snake in _QUIET:
        return None
    if snake in _BY_NAME:
        return _BY_NAME[snake]
    words = frozenset(snake.split("_"))
    return _of_words(snake, words)


def _of_words(snake: str, words: frozenset[str]) -> str | None:  # noqa: PLR0911 -- one line for each kind of name
    if words & {"warmup", "scheduler"} or (
        words & {"lr", "learning"}
        and words & {"decay", "step", "steps", "gamma", "policy", "schedule", "factor", "patience"}
    ):
        return "scheduler"
    if "lr" in words or "learning_rate" in snake:
        return "learning-rate"
    if "batch_size" in snake or "batchsize" in snake or snake.endswith("_bs"):
        return "batch-size"
    if words & {"seed", "seeds"}:
        return "seed"
    if words & {"fp16", "bf16", "tf32", "amp", "dtype", "fp8"}:
        return "precision"
    if "shuffle" in words:
        return "shuffle"
    if words & {"normalize", "normalise", "normalization", "normalisation", "standardize"}:
        return "normalisation"
    if words & {"dropout", "epochs"}:
        return "hyperparameter"
    if "loss" in words and words & {"weight", "weights", "coef", "coeff", "lambda", "alpha", "scale", "type", "fn"}:
        return "loss"
    if words & {"optimizer", "momentum"} or "weight_decay" in snake or "grad_clip" in snake:
        return "optimizer"
    return "transform" if words & {"augment", "augmentation"} else None


def _snake(name: str) -> str:
    return (name if name.isupper() else _CAMEL.sub("_", name)).lower().replace("-", "_").replace(".", "_").strip("_")
