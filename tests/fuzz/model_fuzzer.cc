// SPDX-License-Identifier: Apache-2.0
//
// Model files: whatever the bytes, loading returns a model or an error; a model that loads is saved
// and loads again, and predicts finite numbers.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fidelia/core/catalogue.h"
#include "fidelia/scoring/fitted_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fidelia;
  const auto model = load_model({reinterpret_cast<const char*>(data), size});
  if (!model.ok()) return 0;
  const std::string saved = model_to_json((*model)->record());
  if (!load_model(saved).ok()) std::abort();
  const auto* purchases = dynamic_cast<const FittedPurchaseModel*>(model->get());
  if (purchases == nullptr) return 0;
  Context context;
  Histories histories{Keys({1, 2}), Floats({0, 3}), Floats({0, 20}), Floats({10, 30}), {}};
  const auto predicted = predict_purchases(*purchases, histories, {.horizon = 10}, context);
  if (!predicted.ok()) return 0;
  for (std::int64_t i = 0; i < 2; ++i) {
    if (!std::isfinite(predicted->p_alive[i])) std::abort();
    if (!std::isfinite(predicted->expected_purchases[i])) std::abort();
  }
  return 0;
}
