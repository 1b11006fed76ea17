// SPDX-License-Identifier: Apache-2.0
//
// What other rooms have put into English words (why a fit failed, what is wrong with a row, the
// facts behind a stage) in the language of the report.
//
// A phrase is such a sentence with {names} for what varies, beside what the language says instead,
// with the same names. How a name begins tells what its value is:
//
//   {day}     a day, written as the language writes it
//   {number}  a number, with the language's decimal sign
//   {models}  names of models, with ", " between them
//   {reason}  itself such a text
//   others    a value that stays as it is: a column, a currency, words that a cell may hold
//
// A text is one phrase, or several with "; " between them. What no phrase matches stays as it came,
// so that a reader sees it in English rather than not at all.
#ifndef FIDELIA_SRC_REPORT_PHRASES_H_
#define FIDELIA_SRC_REPORT_PHRASES_H_

#include <string>
#include <string_view>
#include <vector>

#include "src/report/format.h"

namespace fidelia::report {

/// The phrases that the text consists of, each in the language of the format.
std::vector<std::string> said_in_parts(std::string_view english, const Format& format);

/// The same as one text.
std::string said(std::string_view english, const Format& format);

/// The parts as sentences with a capital and a full stop.
std::vector<std::string> said_as_sentences(std::string_view english, const Format& format);

}  // namespace fidelia::report

#endif  // FIDELIA_SRC_REPORT_PHRASES_H_
