"""Titles of products as weights of their words."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

# Words of letters; sizes and colours by number say little.
WORDS = r"(?u)[^\W\d_]{2,}"
FEWEST_TITLES_WITH_A_WORD = 2


def title_vectors(titles: NDArray[np.object_]) -> sp.csr_matrix | None:
    """Return the TF-IDF weights of the words of each title, (n_products, n_words), rows of unit length.

    ``titles`` (n_products,) are those of the catalogue, "" where unknown. None where no word stands in two titles.
    """
    try:
        return TfidfVectorizer(min_df=FEWEST_TITLES_WITH_A_WORD, token_pattern=WORDS).fit_transform(titles)
    except ValueError:  # scikit-learn's word for an empty vocabulary
        return None
