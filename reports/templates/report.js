/* Search and filters. The page is whole without this; nothing here loads or sends anything. It stands in XML: no
   ampersand, no less-than sign. */
(function () {
  'use strict';
  var cases = Array.prototype.slice.call(document.querySelectorAll('details.case'));
  var rows = Array.prototype.slice.call(document.querySelectorAll('#requirements tbody tr'));
  var suites = Array.prototype.slice.call(document.querySelectorAll('section.suite'));
  var tools = document.createElement('form');
  var box = document.createElement('input');
  var count = document.createElement('output');

  function words(element) {
    var parts = element.tagName === 'DETAILS' ? element.querySelectorAll('summary, .purpose') : [element];
    return Array.prototype.map.call(parts, function (part) { return part.textContent; }).join(' ').toLowerCase();
  }
  var texts = new Map();
  cases.concat(rows).forEach(function (element) { texts.set(element, words(element)); });

  /* What a filter goes by; the layer is that of the suite around the case. */
  function value(element, name) {
    var place = element.closest('[data-' + name + ']');
    return place ? place.getAttribute('data-' + name) : '';
  }

  /* A choice of what is on the page; "any" for no choice. */
  function choice(name) {
    var select = document.createElement('select');
    var found = new Set(cases.map(function (element) { return value(element, name); }));
    found.delete('');
    select.setAttribute('aria-label', name);
    ['any ' + name].concat(name === 'verdict' ? ['not passed'] : [], Array.from(found).sort()).forEach(function (word, i) {
      var option = document.createElement('option');
      option.textContent = word;
      option.value = i ? word : '';
      select.appendChild(option);
    });
    select.name = name;
    return select;
  }
  var choices = ['level', 'layer', 'verdict', 'effect'].map(choice);

  function isPassed(element) {
    return ['good', 'mild'].some(function (name) { return element.classList.contains(name); });
  }

  /* A requirement has a level, and whether it passed; it is in no layer. */
  function isChosen(element, select) {
    if (!select.value) { return true; }
    if (select.value === 'not passed') { return !isPassed(element); }
    if (element.tagName === 'TR') { return select.name === 'level' ? value(element, 'level') === select.value : true; }
    return value(element, select.name) === select.value;
  }

  function show(element, wanted) {
    var matches = texts.get(element).includes(wanted);
    element.hidden = ![matches].concat(choices.map(function (select) { return isChosen(element, select); })).every(Boolean);
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
  [box].concat(choices, [count]).forEach(function (part) { tools.appendChild(part); });
  tools.addEventListener('input', filter);
  tools.addEventListener('submit', function (event) { event.preventDefault(); });
  document.querySelector('nav').appendChild(tools);
  window.addEventListener('hashchange', reveal);
  filter();
  reveal();
}());
