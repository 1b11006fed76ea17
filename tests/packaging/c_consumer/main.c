/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest C program that uses Fidelia: asks the library who it is. */
#include <stdio.h>

#include <fidelia.h>

int main(void) {
  printf("fidelia %s works\n", fidelia_version());
  return 0;
}
