// SPDX-License-Identifier: Apache-2.0
(function () {
  "use strict";

  function drawCharts() {
    var data = JSON.parse(document.getElementById("charts").textContent);
    document.querySelectorAll("[data-chart]").forEach(function (box) {
      var spec = data.specs[Number(box.dataset.chart)];
      vegaEmbed(box, spec, {
        mode: "vega-lite",
        renderer: "svg",
        actions: false,
        config: data.config,
        tooltip: { theme: "custom" }
      }).catch(function () {
        // What the chart shows stands in words as its label.
        var alt = document.createElement("p");
        alt.className = "alt";
        alt.textContent = box.getAttribute("aria-label");
        box.replaceChildren(alt);
      });
    });
  }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (whole, name) {
      return name in values ? values[name] : whole;
    });
  }

  function prepareTable(tools) {
    var box = tools.parentElement;
    var rows = Array.prototype.slice.call(box.querySelectorAll("tbody tr"));
    var texts = rows.map(function (row) { return row.textContent.toLocaleLowerCase(); });
    var input = tools.querySelector("input");
    var button = tools.querySelector("button");
    var count = tools.querySelector(".count");
    var words = tools.dataset;
    var all = false;

    function show() {
      var sought = input.value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row, i) {
        var found = sought.every(function (word) { return texts[i].indexOf(word) >= 0; });
        row.classList.toggle("filtered", !found);
        if (found && (all || sought.length || !row.classList.contains("later"))) shown += 1;
      });
      // A search goes through all rows, also those not shown at first.
      box.classList.toggle("all", all || sought.length > 0);
      button.hidden = sought.length > 0;
      button.setAttribute("aria-pressed", String(all));
      button.textContent = all
        ? fill(words.showFirst, { n: words.first })
        : fill(words.showAll, { n: words.rows });
      count.textContent = shown
        ? fill(words.rowsShown, { shown: shown, n: words.rows })
        : words.nothingFound;
    }

    input.addEventListener("input", show);
    button.addEventListener("click", function () { all = !all; show(); });
    tools.hidden = false;
    show();
  }

  document.querySelectorAll(".tools").forEach(prepareTable);
  if (window.vegaEmbed) drawCharts();
})();
