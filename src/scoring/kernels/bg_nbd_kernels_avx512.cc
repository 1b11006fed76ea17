// SPDX-License-Identifier: Apache-2.0
#define FIDELIA_BG_NBD_KERNELS kBgNbdAvx512
#include "src/scoring/kernels/bg_nbd_kernels.inc"
