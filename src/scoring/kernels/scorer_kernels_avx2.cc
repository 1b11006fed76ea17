// SPDX-License-Identifier: Apache-2.0
#define FIDELIA_SCORER_KERNELS kScorerAvx2
#include "src/scoring/kernels/scorer_kernels.inc"
