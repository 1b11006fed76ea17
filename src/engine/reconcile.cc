// SPDX-License-Identifier: Apache-2.0
#include "src/engine/reconcile.h"

namespace fidelia::detail {

ReportReconciliation reconcile(const CompanyRun& run) {
  ReportReconciliation r;
  r.input = run.order_totals.input;
  r.rejected = run.order_totals.rejected;
  r.cancelled = run.order_totals.cancelled;
  r.repeated = run.order_totals.repeated;
  r.superseded = run.order_totals.superseded;
  r.after_as_of = run.purchase_totals.after_as_of;
  r.without_purchase = run.purchase_totals.without_purchase;
  for (const Finding& finding : run.intake->findings()) {
    if (finding.table == "orders" && finding.check == "amount_rounded") r.rounding = finding.amount;
  }
  return r;
}

}  // namespace fidelia::detail
