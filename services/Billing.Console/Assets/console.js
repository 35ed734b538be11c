// Keeps the page's moving part as the console sends it, and says when what stands here is old. Without it the page stands still and is right.
(() => {
  'use strict';
  const live = document.getElementById('live');
  const link = document.getElementById('link');
  const sources = document.getElementById('sources');
  const zone = document.getElementById('zone');
  const zoneName = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });
  const offset = at => {
    const minutes = -at.getTimezoneOffset(), hours = Math.abs(minutes) / 60;
    return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '−' : '+'}${Number.isInteger(hours) ? hours : `${Math.floor(hours)}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`}`;
  };
  const told = text => clock.format(new Date(text));
  const inZone = root => root.querySelectorAll('time').forEach(time => {
    const text = told(time.dateTime);
    if (time.textContent !== text) { time.textContent = text; time.title = `${time.dateTime} (UTC)`; }
  });

  // Changes what differs and leaves the rest: the focus, an open detail and a scrolled table stay as they are.
  const morph = (from, to) => {
    if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) { from.replaceWith(to); return; }
    if (from.nodeType === Node.TEXT_NODE) { if (from.data !== to.data) from.data = to.data; return; }
    if (from.nodeType !== Node.ELEMENT_NODE) return;
    for (const { name } of [...from.attributes])
      if (!to.hasAttribute(name) && !(name === 'open' || (name === 'title' && from.nodeName === 'TIME'))) from.removeAttribute(name);
    for (const { name, value } of to.attributes)
      if (from.getAttribute(name) !== value && name !== 'open') from.setAttribute(name, value);
    if (from.nodeName === 'TIME') return;
    const now = [...from.childNodes], next = [...to.childNodes];
    next.forEach((node, at) => at < now.length ? morph(now[at], node) : from.append(node));
    now.slice(next.length).forEach(node => node.remove());
  };

  const part = html => {
    const next = document.createElement('div');
    next.id = 'live';
    next.innerHTML = html;
    morph(live, next);
    inZone(live);
  };

  const origin = list => {
    sources.replaceChildren(...list.map(one => {
      const item = document.createElement('li');
      item.className = one.away ? 'bad' : 'good';
      item.textContent = one.away
        ? `${one.service} is away since ${told(one.away)}: ${one.why}.${one.asOf ? ` Its figures are from ${told(one.asOf)}.` : ''}`
        : `${one.service} as of ${told(one.asOf)}`;
      return item;
    }));
    const away = list.filter(one => one.away);
    say(away.map(one => `${one.service} is away since ${told(one.away)}.${one.asOf ? ` Its figures are from ${told(one.asOf)}.` : ''}`).join(' '), away.length > 0);
  };

  const say = (text, old) => {
    if (link.textContent !== text) link.textContent = text;
    link.hidden = text === '';
    document.body.classList.toggle('lost', old);
  };

  inZone(document);
  zone.textContent = `${zoneName} (${offset(new Date())})`;
  if (document.body.dataset.live !== 'yes' || !window.EventSource) return;

  let heard = Date.now(), stream = null;
  const hear = () => { heard = Date.now(); };
  const begin = () => {
    if (stream) return;
    stream = new EventSource(location.href);
    stream.addEventListener('part', event => { hear(); const shown = JSON.parse(event.data); part(shown.html); origin(shown.sources); });
    stream.addEventListener('beat', event => { hear(); origin(JSON.parse(event.data).sources); });
    // a stream that was refused, as after a sign-out or while there are too many, does not come back by itself
    stream.onerror = () => { if (stream && stream.readyState === EventSource.CLOSED) { stream = null; setTimeout(begin, 3000); } };
  };
  const end = () => { if (stream) { stream.close(); stream = null; } };
  setInterval(() => {
    if (!document.hidden && Date.now() - heard > 4000)
      say(`The console does not answer since ${clock.format(new Date(heard))}. The figures are from then.`, true);
  }, 1000);
  // a page that nobody sees costs nobody anything, and a browser has few connections to give
  document.addEventListener('visibilitychange', () => document.hidden ? end() : begin());
  window.addEventListener('pagehide', end);
  if (!document.hidden) begin();
})();
