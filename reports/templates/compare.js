/* Search and filter. The page is whole without this; nothing here loads or sends anything. It stands in XML: no
   ampersand, no less-than sign. */
(function () {
  'use strict';
  var rows = Array.prototype.slice.call(document.querySelectorAll('#requirements tbody tr'));
  var tools = document.createElement('form');
  var box = document.createElement('input');
  var level = document.createElement('select');
  var count = document.createElement('output');

  function choice(text) {
    var label = document.createElement('label');
    var input = document.createElement('input');
    input.type = 'checkbox';
    label.appendChild(input);
    label.appendChild(document.createTextNode(' ' + text));
    tools.appendChild(label);
    return input;
  }

  box.type = 'search';
  box.placeholder = 'Search requirements';
  box.setAttribute('aria-label', box.placeholder);
  level.setAttribute('aria-label', 'Level');
  ['any level', 'must', 'should', 'hardening', 'measure'].forEach(function (name) {
    var option = document.createElement('option');
    option.textContent = name;
    option.value = name === 'any level' ? '' : name;
    level.appendChild(option);
  });
  tools.className = 'tools';
  tools.appendChild(box);
  tools.appendChild(level);
  var differing = choice('only where they differ');
  var failing = choice('only what one fails');
  tools.appendChild(count);

  function isShown(row) {
    return [
      row.textContent.toLowerCase().includes(box.value.trim().toLowerCase()),
      !level.value || row.dataset.level === level.value,
      !differing.checked || row.dataset.differs === 'yes',
      !failing.checked || row.dataset.fails === 'yes'
    ].every(Boolean);
  }

  function filter() {
    var shown = 0;
    rows.forEach(function (row) {
      row.hidden = !isShown(row);
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = shown + ' of ' + rows.length + ' requirements';
  }

  tools.addEventListener('input', filter);
  tools.addEventListener('submit', function (event) { event.preventDefault(); });
  document.querySelector('nav').appendChild(tools);
  filter();
}());
