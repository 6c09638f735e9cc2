"""The ten lines that anyone would write for one dense query over the vectors of an archive."""

import sys
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from policytext.index.models import find_model

archive, query = Path(sys.argv[1]), sys.argv[2]
model = SentenceTransformer(str(find_model().path), device="cpu")
vectors = np.load(next(archive.glob("indexes/dense-*/vectors.npy")), mmap_mode="r")
scores = vectors @ model.encode([query], normalize_embeddings=True)[0]
for number in np.argsort(-scores)[:10]:
    print(number, scores[number])
