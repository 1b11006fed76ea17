// SPDX-License-Identifier: Apache-2.0
// The search: words against titles, names and sentences of all pages, best first.
"use strict";
(() => {
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  const pages = window.fideliaPages.map(([title, path, group, summary, names]) => ({
    title, path, group, summary, text: `${title} ${names} ${summary}`.toLowerCase(),
  }));

  const score = (page, words) => {
    let total = 0;
    for (const word of words) {
      const at = page.text.indexOf(word);
      if (at < 0) return 0;
      total += page.title.toLowerCase() === word ? 100 : page.title.toLowerCase().startsWith(word) ? 20 : at < 60 ? 3 : 1;
    }
    return total;
  };

  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length
      ? pages.map((page) => [score(page, words), page]).filter(([s]) => s > 0)
          .sort((a, b) => b[0] - a[0]).slice(0, 12)
      : [];
    list.replaceChildren(...found.map(([, page]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = page.path;
      link.textContent = page.title;
      const note = document.createElement("small");
      note.textContent = ` ${page.group}${page.summary ? ": " + page.summary : ""}`;
      item.append(link, note);
      return item;
    }));
    list.hidden = found.length === 0;
  };

  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { input.value = ""; show(); }
    if (event.key === "Enter") list.querySelector("a")?.click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(input|textarea)$/i.test(document.activeElement?.tagName ?? "")) {
      event.preventDefault();
      input.focus();
    }
  });
})();
