/* Search and filter. The page is whole without this; nothing here loads or sends anything. */
(function () {
  'use strict';
  var cases = Array.prototype.slice.call(document.querySelectorAll('details.case'));
  var rows = Array.prototype.slice.call(document.querySelectorAll('#requirements tbody tr'));
  var suites = Array.prototype.slice.call(document.querySelectorAll('section.suite'));
  var tools = document.createElement('form');
  var box = document.createElement('input');
  var only = document.createElement('input');
  var label = document.createElement('label');
  var count = document.createElement('output');

  function words(element) {
    var parts = element.tagName === 'DETAILS' ? element.querySelectorAll('summary, .purpose') : [element];
    return Array.prototype.map.call(parts, function (part) { return part.textContent; }).join(' ').toLowerCase();
  }
  var texts = new Map();
  cases.concat(rows).forEach(function (element) { texts.set(element, words(element)); });

  function show(element, wanted) {
    var matches = texts.get(element).includes(wanted);
    var isGood = element.classList.contains('good');
    var isMild = element.classList.contains('mild');
    element.hidden = !matches ? true : only.checked ? (isGood ? true : isMild) : false;
    return element.hidden ? 0 : 1;
  }

  function filter() {
    var wanted = box.value.trim().toLowerCase();
    var shown = cases.reduce(function (n, element) { return n + show(element, wanted); }, 0);
    rows.forEach(function (element) { show(element, wanted); });
    suites.forEach(function (suite) {
      suite.hidden = !suite.querySelector('details.case:not([hidden])');
    });
    count.textContent = shown + ' of ' + cases.length + ' cases';
  }

  function reveal() {
    var target = document.getElementById(location.hash.slice(1));
    if (target) { if (target.tagName === 'DETAILS') { target.open = true; } }
  }

  tools.className = 'tools';
  box.type = 'search';
  box.placeholder = 'Search cases and requirements';
  box.setAttribute('aria-label', box.placeholder);
  only.type = 'checkbox';
  label.appendChild(only);
  label.appendChild(document.createTextNode(' only what did not pass'));
  [box, label, count].forEach(function (part) { tools.appendChild(part); });
  tools.addEventListener('input', filter);
  tools.addEventListener('submit', function (event) { event.preventDefault(); });
  document.querySelector('nav').appendChild(tools);
  window.addEventListener('hashchange', reveal);
  filter();
  reveal();
}());
