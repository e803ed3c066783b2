{
    "dataset_reader": {
        "type": "preposition_srl",
        "bert_model_name": "bert-base-uncased",
    },

    "data_loader": {
        "batch_sampler": {
            "type": "bucket",
            "batch_size": 16
        }
    },

    "train_data_path": std.extVar("SRL_TRAIN_DATA_PATH"),
    "validation_data_path": std.extVar("SRL_VALIDATION_DATA_PATH"),

    "model": {
        "type": "preposition_srl_bert",
        "bert_model": "bert-base-uncased",
    },

    "trainer": {
        "optimizer": {
            "type": "huggingface_adamw",
            "lr": 5e-5,
            "weight_decay": 0.01,
            "parameter_groups": [
              [["bias", "LayerNorm.bias"], {"weight_decay": 0.0}],
            ],
        },

        "learning_rate_scheduler": {
            "type": "slanted_triangular",
            "num_epochs": 500,
            "num_steps_per_epoch": 8829,
        },

        "grad_norm": 1.0,
        "num_epochs": 500,
        "validation_metric": "+f1-measure-overall",
        "cuda_device": 0,
    },
}
