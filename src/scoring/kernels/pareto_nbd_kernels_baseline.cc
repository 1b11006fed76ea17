// SPDX-License-Identifier: Apache-2.0
#define FIDELIA_PARETO_NBD_KERNELS kParetoNbdBaseline
#include "src/scoring/kernels/pareto_nbd_kernels.inc"
