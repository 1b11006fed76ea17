// SPDX-License-Identifier: Apache-2.0
#define FIDELIA_BG_NBD_KERNELS kBgNbdBaseline
#include "src/scoring/kernels/bg_nbd_kernels.inc"
