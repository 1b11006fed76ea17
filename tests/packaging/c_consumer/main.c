/* SPDX-License-Identifier: Apache-2.0 */
/* A small C program that uses Fidelia: asks what a name stands for, and meets an error on purpose.
 */
#include <fidelia.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  fidelia_error* error = NULL;
  fidelia_text* entry = NULL;

  if (fidelia_describe("purchase_summary", &entry, &error) != FIDELIA_OK) {
    fprintf(stderr, "%s\n", fidelia_error_message(error));
    fidelia_error_destroy(error);
    return 1;
  }
  if (strstr(fidelia_text_data(entry), "frequency") == NULL) return 1;
  fidelia_text_destroy(entry);

  if (fidelia_describe("no_such_thing", &entry, &error) == FIDELIA_OK || error == NULL) return 1;
  printf("fidelia says: %s\n", fidelia_error_message(error));
  fidelia_error_destroy(error);
  printf("fidelia %s works\n", fidelia_version());
  return 0;
}
