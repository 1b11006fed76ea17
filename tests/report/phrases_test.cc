// SPDX-License-Identifier: Apache-2.0
//
// Goal: what other rooms say in English reaches a reader in the report's language. Method: every
// language has the same phrases with the same names; real fits and readings that fail are run, and
// what they say is looked for in the catalogue.
#include "src/report/phrases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/scoring/bg_nbd.h"
#include "fidelia/scoring/mbg_nbd.h"
#include "fidelia/scoring/nbd.h"
#include "fidelia/scoring/pareto_nbd.h"
#include "fidelia/scoring/purchase_cells.h"

namespace fidelia::report {
namespace {

using ::testing::ElementsAre;

std::set<std::string_view> names_in(std::string_view text) {
  std::set<std::string_view> names;
  for (std::size_t open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
    names.insert(text.substr(open, text.find('}', open) + 1 - open));
  }
  return names;
}

Format in_spanish() { return {spanish_words(), {"EUR", 2}}; }
Format in_chinese() { return {chinese_words(), {"EUR", 2}}; }

/// Whether no part of it is left in English.
bool is_known(std::string_view english) {
  for (const Format& format : {in_spanish(), in_chinese()}) {
    for (const std::string& part : said_in_parts(english, format)) {
      if (english.find(part) != english.npos) return false;
    }
  }
  return true;
}

TEST(Phrases, EveryLanguageSaysAllOfThemWithTheirNames) {
  const auto& english = english_words().phrases;
  for (const Words* words : {&spanish_words(), &chinese_words()}) {
    ASSERT_EQ(words->phrases.size(), english.size());
    for (std::size_t i = 0; i < english.size(); ++i) {
      const Phrase& phrase = words->phrases[i];
      EXPECT_EQ(phrase.english, english[i].english);
      EXPECT_FALSE(phrase.said.empty()) << phrase.english;
      EXPECT_NE(phrase.said, phrase.english);
      const auto known = names_in(phrase.english);
      for (const std::string_view name : names_in(phrase.said)) {
        EXPECT_TRUE(known.contains(name)) << name << " in: " << phrase.said;
      }
    }
  }
}

TEST(Phrases, DaysNumbersAndModelsAreWrittenAsTheLanguageDoes) {
  EXPECT_EQ(
      said("5 purchases, first on 2021-03-04, last on 2022-10-31; "
           "with contacts and answers, probability of still being a customer 0.87; no consent",
           in_spanish()),
      "5 compras, la primera el 04/03/2021 y la última el 31/10/2022; con contactos y respuestas, "
      "probabilidad de seguir siendo cliente: 0,87; sin permiso");
  EXPECT_EQ(said("one purchase, on 2021-03-04; answered 2 of 7 contacts of the year", in_chinese()),
            "2021年3月4日购买一次；一年中的7次联系回应了2次");
  EXPECT_EQ(
      said("is refused: XYZ is not a currency of ISO 4217; expected three letters such as EUR",
           in_spanish()),
      "no es una moneda de la norma ISO 4217; se esperaban tres letras, como EUR");
}

TEST(Phrases, WhatIsNotKnownStaysAsItCame) {
  EXPECT_EQ(said("no purchase; something new", in_spanish()), "ninguna compra; something new");
  EXPECT_EQ(said("", in_spanish()), "");
  EXPECT_EQ(said("silent for ten days", in_spanish()), "silent for ten days");
  EXPECT_EQ(said("{day} { is not a number }{", in_chinese()), "{day} { is not a number }{");
}

TEST(Phrases, NotesBecomeSentences) {
  EXPECT_THAT(
      said_as_sentences("frequency and monetary_value are correlated; the model takes them as "
                        "independent, so lifetime values are biased; the model knows no leaving: "
                        "everybody counts as a customer for good",
                        Format(english_words(), {"EUR", 2})),
      ElementsAre("Who buys more often spends more or less at a time; the model takes the two as "
                  "independent, so the values in money are biased.",
                  "The model knows no leaving: everybody counts as a customer for good."));
}

PurchaseCells cells_of(const std::vector<PurchaseCells::Cell>& rows) {
  PurchaseCells cells;
  for (const auto& row : rows) {
    const auto one = [](const double& value) { return std::span<const double>(&value, 1); };
    EXPECT_TRUE(cells.add(one(row.frequency), one(row.t_x), one(row.T), one(row.weight)).ok());
  }
  return cells;
}

TEST(Phrases, EveryReasonOfAPurchaseFitIsKnown) {
  const std::vector<std::vector<PurchaseCells::Cell>> cases = {
      {{0, 0, 10, 5}},                                      // nobody repeats
      {{0, 0, 0, 5}},                                       // no time
      {{1, 1, 10, 1}},                                      // one customer
      {{2, 9.9, 10, 50}, {3, 9.9, 10, 50}},                 // nobody leaves
      {{1, 0.1, 50, 50}, {2, 0.1, 50, 50}},                 // all leave at once
      {{0, 0, 50, 500}, {1, 0.1, 50, 1}},                   // hardly anybody repeats
      {{9, 9, 10, 1}, {9, 9, 10, 50}},                      // all alike
      {{40, 10, 10, 50}, {0, 0, 10, 50}},                   // two kinds
      {{1, 5, 10, 1}, {2, 6, 10, 1}, {5, 9, 10, 1}},        // three customers
      {{0, 0, 5, 100}, {1, 4, 5, 20}, {1, 1, 5, 20}},       // short histories
      {{3, 30, 31, 10}, {3, 1, 31, 10}, {0, 0, 31, 1000}},  // few repeat
  };
  std::set<std::string> seen;
  for (const auto& rows : cases) {
    PurchaseCells cells = cells_of(rows);
    std::vector<Result<ModelFit>> fits;
    fits.push_back(fit_bg_nbd(cells));
    fits.push_back(fit_mbg_nbd(cells));
    fits.push_back(fit_pareto_nbd(cells));
    fits.push_back(fit_nbd(cells));
    for (const auto& fit : fits) {
      const std::string text = fit.ok() ? fit->reason : fit.status().message();
      if (fit.ok() && fit->converged) {
        for (const std::string& note : fit->notes) EXPECT_TRUE(is_known(note)) << note;
        continue;
      }
      seen.insert(text);
      EXPECT_TRUE(is_known(text)) << text;
    }
  }
  EXPECT_GE(seen.size(), 6U);
}

}  // namespace
}  // namespace fidelia::report
