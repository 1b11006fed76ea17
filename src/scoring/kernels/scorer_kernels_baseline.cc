// SPDX-License-Identifier: Apache-2.0
#define FIDELIA_SCORER_KERNELS kScorerBaseline
#include "src/scoring/kernels/scorer_kernels.inc"
