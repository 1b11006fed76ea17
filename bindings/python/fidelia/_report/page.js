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
      }).then(function () {
        // Vega makes the box a document of many parts, named in English; its label says it whole.
        box.setAttribute("role", "img");
        box.removeAttribute("aria-roledescription");
        box.querySelector("svg").setAttribute("aria-hidden", "true");
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

  // As it is sought: small letters without accents, wide ones as narrow ones.
  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  }

  // A field of a CSV file. What a spreadsheet would take for a formula gets an apostrophe before it.
  function field(text) {
    text = text.replace(/\s+/g, " ").trim();
    if (/^[=@＝＋－＠]/.test(text) || /^[+-](?![\d\s.,%]*$)/.test(text)) text = "'" + text;
    return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function line(row) {
    return Array.prototype.map.call(row.cells, function (cell) {
      return cell.querySelector(".hidden") ? "" : field(cell.textContent);
    }).join(",");
  }

  // Saves the rows that are shown, by the browser alone.
  function prepareSaving(button) {
    var table = button.closest(".table").querySelector("table");
    button.addEventListener("click", function () {
      var rows = Array.prototype.filter.call(table.tBodies[0].rows, function (row) {
        return row.offsetParent !== null;
      });
      var lines = [line(table.tHead.rows[0])].concat(rows.map(line));
      // The mark at the start tells spreadsheets that this is UTF-8.
      var data = new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" });
      var link = document.createElement("a");
      link.href = URL.createObjectURL(data);
      link.download = button.dataset.file;
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    });
  }

  function prepareTable(tools) {
    tools.querySelectorAll(".save").forEach(prepareSaving);
    tools.hidden = false;
    if (!tools.querySelector("input")) return;
    var box = tools.parentElement;
    var rows = Array.prototype.slice.call(box.querySelectorAll("tbody tr"));
    var texts = rows.map(function (row) { return plain(row.textContent); });
    var input = tools.querySelector("input");
    var button = tools.querySelector(".more");
    var count = tools.querySelector(".count");
    var words = tools.dataset;
    var all = false;

    function show() {
      var sought = plain(input.value).split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row, i) {
        var found = sought.every(function (word) { return texts[i].indexOf(word) >= 0; });
        row.classList.toggle("filtered", !found);
        if (found && (all || sought.length || !row.classList.contains("later"))) shown += 1;
      });
      // A search goes through all rows, also those not shown at first.
      box.classList.toggle("all", all || sought.length > 0);
      button.hidden = sought.length > 0;
      button.textContent = all
        ? fill(words.showFirst, { n: words.first })
        : fill(words.showAll, { n: words.rows });
      count.textContent = shown
        ? fill(words.rowsShown, { shown: shown, n: words.rows })
        : words.nothingFound;
    }

    input.addEventListener("input", show);
    button.addEventListener("click", function () { all = !all; show(); });
    show();
  }

  // Tab stops at a table only where there is something to scroll.
  function prepareScrolling(box) {
    new ResizeObserver(function () {
      box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
    }).observe(box);
  }

  document.querySelectorAll(".tools").forEach(prepareTable);
  document.querySelectorAll(".scroll").forEach(prepareScrolling);
  if (window.vegaEmbed) drawCharts();
})();
