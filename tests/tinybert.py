"""A BERT of a few thousand random numbers, written as real model files: the encoders run on it anywhere."""

from __future__ import annotations

import json
import string

import numpy as np

HIDDEN, LAYERS, HEADS, WIDE, PLACES, LIMIT = 16, 2, 4, 32, 80, 40
LETTERS = string.ascii_lowercase + string.digits + ".,'"
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{c}" for c in LETTERS)]

CONFIG = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": HIDDEN,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "intermediate_size": WIDE,
    "max_position_embeddings": PLACES,
    "type_vocab_size": 2,
    "vocab_size": len(VOCABULARY),
    "layer_norm_eps": 1e-12,
    "position_embedding_type": "absolute",
}
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]
POOLING = {
    "word_embedding_dimension": HIDDEN,
    "pooling_mode_mean_tokens": True,
    "pooling_mode_cls_token": False,
}


def tensors(seed):
    rng = np.random.default_rng(seed)
    shapes = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), HIDDEN),
        "embeddings.position_embeddings.weight": (PLACES, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
        "embeddings.LayerNorm": (HIDDEN,),
    }
    for n in range(LAYERS):
        layer = f"encoder.layer.{n}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            shapes[f"{layer}.attention.{part}"] = (HIDDEN, HIDDEN)
        shapes[f"{layer}.attention.output.LayerNorm"] = (HIDDEN,)
        shapes[f"{layer}.intermediate.dense"] = (WIDE, HIDDEN)
        shapes[f"{layer}.output.dense"] = (HIDDEN, WIDE)
        shapes[f"{layer}.output.LayerNorm"] = (HIDDEN,)
    made = {}
    for name, shape in shapes.items():
        if name.endswith(".weight"):
            made[name] = rng.normal(size=shape)
        else:
            made[f"{name}.weight"] = rng.normal(size=shape) * 0.5 + (1 if len(shape) == 1 else 0)
            made[f"{name}.bias"] = rng.normal(size=shape[:1]) * 0.3
    return {name: numbers.astype("<f4") for name, numbers in made.items()}


def write_weights(path, made):
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, numbers in made.items():
        place = [len(body), len(body) + numbers.nbytes]
        header[name] = {"dtype": "F32", "shape": list(numbers.shape), "data_offsets": place}
        body += numbers.tobytes()
    told = json.dumps(header).encode()
    told += b" " * (-len(told) % 8)
    path.write_bytes(len(told).to_bytes(8, "little") + told + body)


def write_model(folder, seed=0):
    """Writes the model's files; returns the folder."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    (folder / "1_Pooling").mkdir(parents=True)
    tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.enable_padding(length=12)  # as the packaged models do; must be switched off
    tokenizer.enable_truncation(12)
    tokenizer.save(str(folder / "tokenizer.json"))
    files = {
        "config.json": CONFIG,
        "modules.json": MODULES,
        "1_Pooling/config.json": POOLING,
        "sentence_bert_config.json": {"max_seq_length": LIMIT, "do_lower_case": False},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "pad_token": "[PAD]",
            "unk_token": "[UNK]",
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "mask_token": "[MASK]",
        },
    }
    for name, told in files.items():
        (folder / name).write_text(json.dumps(told))
    write_weights(folder / "model.safetensors", tensors(seed))
    return folder
