/* SPDX-License-Identifier: Apache-2.0
 *
 * Goal: a program in plain C99 gets from orders to scores with nothing but fidelia.h.
 * Method: a table written down by hand as Arrow structures over static arrays; summary, fit, save,
 * load, prediction and a single score; every step and every release is checked. */
#include <fidelia.h>
#include <stdio.h>
#include <string.h>

#include "arrow_c.h"

#define ROWS 12

static const char* const kNames[] = {"customer_id", "ordered_at", "amount"};
static const char* const kFormats[] = {"l", "tdD", "g"};
static const int64_t kCustomer[ROWS] = {1, 1, 1, 2, 2, 3, 4, 4, 4, 4, 5, 6};
static const int32_t kDay[ROWS] = {18000, 18030, 18090, 18010, 18200, 18020,
                                   18005, 18040, 18100, 18300, 18100, 18150};
static const double kAmount[ROWS] = {10, 12.5, 11, 40, 38.25, 7, 20, 22, 19.5, 21, 5, 64};

static const void* buffers[3][2] = {{NULL, kCustomer}, {NULL, kDay}, {NULL, kAmount}};
static const void* no_buffer[1] = {NULL};
static struct ArrowSchema schemas[3];
static struct ArrowSchema* schema_pointers[3];
static struct ArrowArray arrays[3];
static struct ArrowArray* array_pointers[3];
static int given, alive;

static void release_schema(struct ArrowSchema* schema) {
  int64_t i;
  for (i = 0; i < schema->n_children; ++i) {
    if (schema->children[i]->release != NULL) schema->children[i]->release(schema->children[i]);
  }
  schema->release = NULL;
  --alive;
}

static void release_array(struct ArrowArray* array) {
  int64_t i;
  for (i = 0; i < array->n_children; ++i) {
    if (array->children[i]->release != NULL) array->children[i]->release(array->children[i]);
  }
  array->release = NULL;
  --alive;
}

static int get_schema(struct ArrowArrayStream* stream, struct ArrowSchema* out) {
  int i;
  (void)stream;
  memset(out, 0, sizeof(*out));
  for (i = 0; i < 3; ++i) {
    memset(&schemas[i], 0, sizeof(schemas[i]));
    schemas[i].format = kFormats[i];
    schemas[i].name = kNames[i];
    schemas[i].release = &release_schema;
    schema_pointers[i] = &schemas[i];
  }
  out->format = "+s";
  out->name = "";
  out->n_children = 3;
  out->children = schema_pointers;
  out->release = &release_schema;
  alive += 4;
  return 0;
}

static int get_next(struct ArrowArrayStream* stream, struct ArrowArray* out) {
  int i;
  (void)stream;
  memset(out, 0, sizeof(*out));
  if (given) return 0;
  given = 1;
  for (i = 0; i < 3; ++i) {
    memset(&arrays[i], 0, sizeof(arrays[i]));
    arrays[i].length = ROWS;
    arrays[i].n_buffers = 2;
    arrays[i].buffers = buffers[i];
    arrays[i].release = &release_array;
    array_pointers[i] = &arrays[i];
  }
  out->length = ROWS;
  out->n_buffers = 1;
  out->buffers = no_buffer;
  out->n_children = 3;
  out->children = array_pointers;
  out->release = &release_array;
  alive += 4;
  return 0;
}

static const char* get_last_error(struct ArrowArrayStream* stream) {
  (void)stream;
  return NULL;
}

static void release_stream(struct ArrowArrayStream* stream) {
  stream->release = NULL;
  --alive;
}

static void open_orders(struct ArrowArrayStream* out) {
  memset(out, 0, sizeof(*out));
  out->get_schema = &get_schema;
  out->get_next = &get_next;
  out->get_last_error = &get_last_error;
  out->release = &release_stream;
  given = 0;
  ++alive;
}

#define CHECK(condition)                                            \
  do {                                                              \
    if (!(condition)) {                                             \
      fprintf(stderr, "line %d: %s fails\n", __LINE__, #condition); \
      return 1;                                                     \
    }                                                               \
  } while (0)

/* Fails the test with the error's text. */
static int good(fidelia_status status, fidelia_error* error) {
  if (status == FIDELIA_OK) return 1;
  fprintf(stderr, "%d: %s\n", (int)status, fidelia_error_message(error));
  fidelia_error_destroy(error);
  return 0;
}

static int summarise(fidelia_context* context, struct ArrowArrayStream* out) {
  const char *input = "orders", *output = "summary";
  struct ArrowArrayStream orders, *in = &orders;
  fidelia_options* options = NULL;
  fidelia_error* error = NULL;
  fidelia_status status;
  CHECK(good(fidelia_options_create(&options, &error), error));
  CHECK(good(fidelia_options_set_text(options, "as_of", "2020-06-30", &error), error));
  open_orders(&orders);
  status =
      fidelia_call(context, "purchase_summary", &input, &in, 1, options, &output, &out, 1, &error);
  CHECK(good(status, error));
  fidelia_options_destroy(options);
  CHECK(orders.release == NULL);
  return 0;
}

/* Probabilities of being a customer, one for each of six. */
static int predict(fidelia_context* context, const fidelia_model* model, double p_alive[6]) {
  const char *input = "summary", *output = "predictions";
  struct ArrowArrayStream summary, predictions, *in = &summary, *out = &predictions;
  struct ArrowSchema schema;
  struct ArrowArray array;
  fidelia_options* options = NULL;
  fidelia_error* error = NULL;
  fidelia_status status;
  int64_t i;
  int found = 0;
  CHECK(summarise(context, &summary) == 0);
  CHECK(good(fidelia_options_create(&options, &error), error));
  CHECK(good(fidelia_options_set_real(options, "level", 0.0, &error), error));
  status = fidelia_model_call(context, model, "predict", &input, &in, 1, options, &output, &out, 1,
                              &error);
  CHECK(good(status, error));
  fidelia_options_destroy(options);
  CHECK(predictions.get_schema(&predictions, &schema) == 0);
  CHECK(predictions.get_next(&predictions, &array) == 0);
  CHECK(array.length == 6);
  for (i = 0; i < schema.n_children; ++i) {
    if (strcmp(schema.children[i]->name, "p_alive") != 0) continue;
    CHECK(strcmp(schema.children[i]->format, "g") == 0);
    memcpy(p_alive, (const double*)array.children[i]->buffers[1] + array.children[i]->offset,
           6 * sizeof(double));
    found = 1;
  }
  CHECK(found);
  array.release(&array);
  schema.release(&schema);
  predictions.release(&predictions);
  return 0;
}

static int score(const fidelia_model* model) {
  fidelia_scorer* scorer = NULL;
  fidelia_error* error = NULL;
  fidelia_customer customer;
  fidelia_customer_score result;
  memset(&customer, 0, sizeof(customer));
  memset(&result, 0, sizeof(result));
  customer.struct_size = sizeof(customer);
  customer.frequency = 2;
  customer.t_x = 12;
  customer.T = 60;
  result.struct_size = sizeof(result);
  CHECK(good(fidelia_scorer_create(model, NULL, NULL, &scorer, &error), error));
  CHECK(good(fidelia_scorer_score(scorer, &customer, &result, &error), error));
  CHECK(result.p_alive > 0 && result.p_alive <= 1);
  CHECK(result.missing == (FIDELIA_MISSING_EXPECTED_SPEND | FIDELIA_MISSING_LIFETIME_VALUE));
  customer.t_x = 61;
  CHECK(fidelia_scorer_score(scorer, &customer, &result, &error) == FIDELIA_INVALID_DATA);
  fidelia_error_destroy(error);
  fidelia_scorer_destroy(scorer);
  return 0;
}

int main(void) {
  const char* input = "summary";
  struct ArrowArrayStream summary, *in = &summary;
  fidelia_context* context = NULL;
  fidelia_model *model = NULL, *loaded = NULL;
  fidelia_text* text = NULL;
  fidelia_error* error = NULL;
  double first[6], second[6];
  fidelia_status status;

  CHECK(good(fidelia_context_create(NULL, &context, &error), error));
  CHECK(summarise(context, &summary) == 0);
  status =
      fidelia_model_fit(context, "bg_nbd", &input, &in, 1, NULL, NULL, NULL, 0, &model, &error);
  CHECK(good(status, error));
  CHECK(good(fidelia_model_save(model, &text, &error), error));
  CHECK(
      good(fidelia_model_load(fidelia_text_data(text), fidelia_text_length(text), &loaded, &error),
           error));
  CHECK(predict(context, model, first) == 0);
  CHECK(predict(context, loaded, second) == 0);
  CHECK(memcmp(first, second, sizeof(first)) == 0);
  CHECK(score(loaded) == 0);
  fidelia_context_destroy(context); /* in any order */
  fidelia_model_destroy(model);
  fidelia_text_destroy(text);
  fidelia_model_destroy(loaded);
  CHECK(alive == 0);
  puts("from orders to scores in C");
  return 0;
}
