// SPDX-License-Identifier: Apache-2.0
//
// The one list of purchase models. A further one is its header and fit, an element here and its
// entry's line in src/catalogue.cc.
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "fidelia/scoring/bg_nbd.h"
#include "fidelia/scoring/fitted_model.h"
#include "fidelia/scoring/mbg_nbd.h"
#include "fidelia/scoring/nbd.h"
#include "fidelia/scoring/pareto_nbd.h"

namespace fidelia {
namespace {

template <class M>
Result<std::shared_ptr<const PurchaseModel>> make_model(std::span<const double> parameters) {
  Result<M> model = M::make(parameters);
  if (!model.ok()) return model.status();
  return std::shared_ptr<const PurchaseModel>(std::make_shared<const M>(*std::move(model)));
}

PurchaseModelSpec bg_nbd_spec() {
  return {
      .name = "bg_nbd",
      .help = "BG/NBD: who is still a customer, and how many purchases to expect.",
      .detail =
          "Fader, Hardie and Lee (2005). Customers buy at gamma-distributed rates and leave after "
          "a purchase with beta-distributed probability. Maximum likelihood by damped Newton with "
          "analytic derivatives on distinct (frequency, t_x, T); the estimate is the same in any "
          "unit of time.",
      .parameters = {{"r", "Shape of the gamma distribution of purchase rates.", ""},
                     {"alpha", "Rate of the gamma distribution of purchase rates.", "time unit"},
                     {"a", "First shape of the beta distribution of leaving.", ""},
                     {"b", "Second shape of the beta distribution of leaving.", ""}},
      .fit = &fit_bg_nbd,
      .make = &make_model<BgNbd>,
  };
}

PurchaseModelSpec mbg_nbd_spec() {
  return {
      .name = "mbg_nbd",
      .help = "MBG/NBD: as BG/NBD, but customers may also leave after their first purchase.",
      .detail =
          "Batislam, Denizel and Filiztekin (2007). Customers buy at gamma-distributed rates and "
          "leave after any purchase, the first included, with beta-distributed probability; so the "
          "silence of those who bought once counts too. Maximum likelihood as for bg_nbd.",
      .parameters = {{"r", "Shape of the gamma distribution of purchase rates.", ""},
                     {"alpha", "Rate of the gamma distribution of purchase rates.", "time unit"},
                     {"a", "First shape of the beta distribution of leaving.", ""},
                     {"b", "Second shape of the beta distribution of leaving.", ""}},
      .fit = &fit_mbg_nbd,
      .make = &make_model<MbgNbd>,
  };
}

PurchaseModelSpec nbd_spec() {
  return {
      .name = "nbd",
      .help = "NBD: how many purchases to expect where nobody leaves.",
      .detail =
          "Ehrenberg (1959). Customers buy at gamma-distributed rates for good: the end of BG/NBD "
          "and MBG/NBD where the data show no dropout, and the yardstick of what they add.",
      .parameters = {{"r", "Shape of the gamma distribution of purchase rates.", ""},
                     {"alpha", "Rate of the gamma distribution of purchase rates.", "time unit"}},
      .fit = &fit_nbd,
      .make = &make_model<Nbd>,
  };
}

PurchaseModelSpec pareto_nbd_spec() {
  return {
      .name = "pareto_nbd",
      .help = "Pareto/NBD: as BG/NBD, but customers may leave at any moment.",
      .detail =
          "Schmittlein, Morrison and Colombo (1987). Customers buy at gamma-distributed rates and "
          "leave at gamma-distributed rates, at any moment; so silence counts also for those who "
          "bought once. Maximum likelihood as for bg_nbd.",
      .parameters = {{"r", "Shape of the gamma distribution of purchase rates.", ""},
                     {"alpha", "Rate of the gamma distribution of purchase rates.", "time unit"},
                     {"s", "Shape of the gamma distribution of rates of leaving.", ""},
                     {"beta", "Rate of the gamma distribution of rates of leaving.", "time unit"}},
      .fit = &fit_pareto_nbd,
      .make = &make_model<ParetoNbd>,
  };
}

}  // namespace

std::span<const PurchaseModelSpec> purchase_models() {
  static const auto& models = *new std::vector<PurchaseModelSpec>{
      bg_nbd_spec(),
      mbg_nbd_spec(),
      nbd_spec(),
      pareto_nbd_spec(),
  };
  return models;
}

std::span<const std::string_view> purchase_model_words() {
  static const auto& words = *new std::vector<std::string_view>([] {
    std::vector<std::string_view> names;
    for (const PurchaseModelSpec& model : purchase_models()) names.push_back(model.name);
    return names;
  }());
  return words;
}

const PurchaseModelSpec* find_purchase_model(std::string_view name) {
  for (const PurchaseModelSpec& model : purchase_models()) {
    if (model.name == name) return &model;
  }
  return nullptr;
}

}  // namespace fidelia
