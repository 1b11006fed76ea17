// SPDX-License-Identifier: Apache-2.0
#define FIDELIA_GAMMA_GAMMA_KERNELS kGammaGammaAvx512
#include "src/scoring/kernels/gamma_gamma_kernels.inc"
