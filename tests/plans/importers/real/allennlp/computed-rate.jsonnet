{
  "dataset_reader": { "type": "csqa", "lazy": true },
  "train_data_path": "sample_train_7000.tar.gz",
  "model": { "type": "csqa_mml_parser" },
  "iterator": {
    "type": "bucket",
    "sorting_keys": [["question", "num_tokens"]],
    "batch_size" : 32
  },
  "trainer": {
    "num_epochs": 10,
    "cuda_device": 0,
    "optimizer": {
      "type": "adamw",
//      "lr": 0.03,
      "lr": std.extVar('learning_rate'),
    },
    "learning_rate_scheduler": {
      "type": "slanted_triangular",
      "num_epochs": 10,
      "num_steps_per_epoch": 197,
      "cut_frac": 0.25
    }
  }
}
