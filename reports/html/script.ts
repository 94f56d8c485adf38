/** The page's only script: values under the pointer and by arrow keys, buttons for variants, the choice of a job. */
export const SCRIPT = `
'use strict';
(() => {
  const pointsOf = (data) => {
    const all = [];
    for (const line of data.series)
      for (const [x, y, xText, yText] of line.p) all.push({ x, y, text: line.n + '\\n' + xText + ': ' + yText });
    if (data.heat) {
      const { x, y, c } = data.heat;
      for (const [column, row, count] of c)
        all.push({ x: (column + 0.5) / x.length, y: (row + 0.5) / y.length,
          text: x[column] + ', ' + y[row] + '\\n' + count.toLocaleString('en-US') + ' I/Os' });
    }
    return all;
  };
  for (const figure of document.querySelectorAll('figure.chart')) {
    const plot = figure.querySelector('.plot');
    const tip = plot.querySelector('.tip');
    const dot = plot.querySelector('.dot');
    const json = figure.querySelector('script[type="application/json"]').textContent;
    let data;
    let points;
    let chosen = -1;
    const load = () => { data ??= JSON.parse(json); points ??= pointsOf(data); };
    const place = (point) => {
      const narrow = getComputedStyle(plot.querySelector('.wide')).display === 'none';
      const [width, height] = data.size[narrow ? 1 : 0];
      const [left, top, right, bottom] = data.margins;
      const scale = plot.clientWidth / width;
      return [(left + point.x * (width - left - right)) * scale,
        (height - bottom - point.y * (height - top - bottom)) * scale];
    };
    const show = (index) => {
      chosen = index;
      const [x, y] = place(points[index]);
      tip.textContent = points[index].text;
      tip.hidden = dot.hidden = false;
      dot.style.left = x + 'px';
      dot.style.top = y + 'px';
      tip.style.left = Math.max(0, Math.min(x + 10, plot.clientWidth - tip.offsetWidth)) + 'px';
      tip.style.top = Math.max(0, y - tip.offsetHeight - 10) + 'px';
    };
    const hide = () => { tip.hidden = dot.hidden = true; };
    plot.addEventListener('pointermove', (event) => {
      load();
      const box = plot.getBoundingClientRect();
      let best = -1;
      let least = Infinity;
      points.forEach((point, index) => {
        const [x, y] = place(point);
        const distance = (x - event.clientX + box.left) ** 2 + (y - event.clientY + box.top) ** 2;
        if (distance < least) { least = distance; best = index; }
      });
      if (best >= 0) show(best);
    });
    plot.addEventListener('pointerleave', hide);
    plot.addEventListener('blur', hide);
    plot.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === 'Escape') hide();
      if (step === undefined) return;
      load();
      event.preventDefault();
      if (points.length > 0) show((chosen + step + points.length) % points.length);
    });
  }
  for (const group of document.querySelectorAll('.variants')) {
    const figures = [...group.querySelectorAll(':scope > figure')];
    const bar = document.createElement('div');
    bar.className = 'switch';
    bar.setAttribute('role', 'group');
    bar.setAttribute('aria-label', 'Metric');
    const buttons = figures.map((figure, index) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = figure.dataset.label;
      button.addEventListener('click', () => choose(index));
      return button;
    });
    const choose = (chosen) => figures.forEach((figure, index) => {
      figure.hidden = index !== chosen;
      buttons[index].setAttribute('aria-pressed', String(index === chosen));
    });
    bar.append(...buttons);
    group.prepend(bar);
    choose(0);
  }
  for (const picker of document.querySelectorAll('.picker')) {
    const select = picker.querySelector('select');
    const jobs = [...picker.parentElement.querySelectorAll(':scope > .job')];
    const choose = () => jobs.forEach((job, index) => {
      job.hidden = select.value !== 'all' && select.value !== String(index);
    });
    select.addEventListener('change', choose);
    picker.hidden = false;
    choose();
  }
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    for (const details of opened) details.open = true;
  });
  addEventListener('afterprint', () => { for (const details of opened) details.open = false; });
})();
`;
