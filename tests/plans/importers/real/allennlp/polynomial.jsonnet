{
    "dataset_reader": {
        "type": "wsc",
        "tokenizer": {
            "type": "pretrained_transformer",
            "max_length": 512,
            "model_name": "roberta-base"
        }
    },
    "model": {
        "type": "basic_classifier",
        "namespace": "tags"
    },
    // "model": {
    //     "type": "transformer_classification_tt",
    //   },
    "train_data_path": "train",
    "test_data_path": "dev",
    "trainer": {
        "num_epochs": 6,
   "learning_rate_scheduler": {
      // "type": "slanted_triangular",
      // "cut_frac": 0.06    
        "type": "polynomial_decay"
  },
        "optimizer": {
            "type": "huggingface_adamw",
            "lr": 2e-05
            // "weight_decay": 0.1
        },
    },
    "evaluate_on_test": true,
    "data_loader": {
        "batch_sampler": {
            "type": "bucket",
            "batch_size": 8,
            "sorting_keys": [
                "tokens"
            ]
        }
    }
}
