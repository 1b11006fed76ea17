// SPDX-License-Identifier: Apache-2.0
#include "fidelia/customer/answers.h"

namespace fidelia {
namespace {

TableSpec<Answers> make_answers_table() {
  TableSpec<Answers> spec("Answers of customers to questions and surveys.");
  spec.column("answer_id", &Answers::answer_id,
              {.help = "The answer.", .optional = true, .nullable = true})
      .column("customer_id", &Answers::customer_id,
              {.help = "Who answered.", .aliases = {"customer", "party_id", "client_id"}})
      .column("answered_at", &Answers::answered_at,
              {.help = "When.", .aliases = {"date", "at", "timestamp"}})
      .column("question", &Answers::question,
              {.help = "Name of the question: nps, satisfaction, how_did_you_hear …"})
      .column("value", &Answers::value,
              {.help = "The answer as a number; nps is 0 to 10.",
               .optional = true,
               .nullable = true,
               .aliases = {"score", "rating"}})
      .column("text", &Answers::text,
              {.help = "The answer in words.",
               .optional = true,
               .nullable = true,
               .aliases = {"comment", "answer"}});
  return add_fact_identity(spec);
}

}  // namespace

const TableSpec<Answers>& answers_table() {
  static const auto& spec = *new TableSpec<Answers>(make_answers_table());
  return spec;
}

}  // namespace fidelia
