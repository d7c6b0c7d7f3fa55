// The review page made quick: keys, choosing all, saving without losing one's place, the source
// following the item. Every act works without this file.
(() => {
  'use strict';
  const box = document.querySelector('[data-review]');
  if (!box) return;
  const source = document.getElementById('source');
  const items = () => [...document.querySelectorAll('#items .item')];
  const current = () => document.activeElement?.closest?.('.item') ?? document.querySelector('.item:target');
  const say = (text) => {
    const status = document.querySelector('#items [data-status]');
    if (status) status.textContent = text;
  };
  const passage = (item) => document.getElementById(item.id.replace('item-', 'passage-'));

  // The source scrolls to the passage of the item that has the focus.
  const follow = (item) => {
    source.querySelectorAll('.passage--now').forEach((mark) => mark.classList.remove('passage--now'));
    const mark = item && passage(item);
    if (!mark) return;
    source.querySelectorAll(`a[href="#${item.id}"]`).forEach((part) => part.classList.add('passage--now'));
    if (source.scrollHeight > source.clientHeight) {
      source.scrollTop += mark.getBoundingClientRect().top - source.getBoundingClientRect().top - source.clientHeight / 3;
    }
  };
  const go = (item) => {
    if (!item) return;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: 'nearest' });
    follow(item);
  };
  document.addEventListener('focusin', (event) => {
    const item = event.target.closest?.('#items .item');
    if (item) follow(item);
  });
  source.addEventListener('click', (event) => {
    const link = event.target.closest('a.passage');
    const item = link && document.querySelector(link.getAttribute('href'));
    if (item) setTimeout(() => go(item));
  });

  // A button is sent in the background and the list replaced; the next item gets the focus.
  const send = async (form, button) => {
    const list = items();
    const at = list.indexOf(button.closest('.item'));
    const after = at < 0 ? null : list[at].id;
    const next = at < 0 ? null : list[at + 1]?.id ?? list[at - 1]?.id;
    const stays = /^(merge|reopen)/.test(button.value);
    const data = new FormData(form);
    data.append('do', button.value);
    say(box.dataset.saving);
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(data), headers: { Accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('items');
    if (!answer.ok || !fresh) {
      const words = page.querySelector('main')?.innerText.trim().replace(/\s+/g, ' ');
      say(words || box.dataset.failed);
      return;
    }
    document.getElementById('items').replaceWith(document.adoptNode(fresh));
    const lead = page.querySelector('.heading .lead');
    if (lead) document.querySelector('.heading .lead').textContent = lead.textContent;
    const freshSource = page.getElementById('source');
    if (freshSource && freshSource.innerHTML !== source.innerHTML) {
      const top = source.scrollTop;
      source.innerHTML = freshSource.innerHTML;
      source.scrollTop = top;
    }
    start();
    go(document.getElementById(stays ? after : next) ?? document.getElementById(after) ?? items()[0]);
  };
  document.addEventListener('submit', (event) => {
    const button = event.submitter;
    if (event.target.id !== 'review' || !button || button.value === 'set') return;
    event.preventDefault();
    send(event.target, button).catch(() => say(box.dataset.failed));
  });

  // Enter on a tick box does not press the first button of the form.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.matches('#review input[type=checkbox]')) event.preventDefault();
  });

  // The letters as they came, and back: each stretch changes places with its title.
  const otherSide = () => {
    const link = document.querySelector('[data-other]');
    if (!link) return;
    source.querySelectorAll('.repaired').forEach((part) => {
      const shown = part.textContent;
      part.textContent = part.title;
      part.title = shown;
    });
    document.querySelectorAll('#items [data-original]').forEach((words) => { words.hidden = !words.hidden; });
    [link.textContent, link.dataset.swap] = [link.dataset.swap, link.textContent];
  };
  document.querySelector('[data-other]')?.addEventListener('click', (event) => {
    event.preventDefault();
    otherSide();
  });

  const help = () => document.getElementById('keys')?.showModal();
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input:not([type=checkbox]), textarea, select, dialog')) return;
    const list = items();
    const item = current();
    const at = list.indexOf(item);
    switch (event.key) {
      case 'j': go(list[at + 1] ?? list[0]); break;
      case 'k': go(list[at < 0 ? 0 : Math.max(0, at - 1)]); break;
      case 'o': if (item) follow(item); break;
      case 'g': otherSide(); break;
      case 'x': item?.querySelector('input[type=checkbox]')?.click(); break;
      case '?': help(); break;
      case 'a': case 'd': case 'r': case 'e': case 's': case 'm':
        item?.querySelector(`[data-key="${event.key}"]`)?.click();
        break;
      default: return;
    }
    event.preventDefault();
  });

  const start = () => {
    const all = document.querySelector('#items [data-all]');
    if (all) {
      all.hidden = false;
      all.querySelector('input').addEventListener('change', (event) => {
        document.querySelectorAll('#items .item input[name=item]').forEach((tick) => { tick.checked = event.target.checked; });
      });
    }
    const keys = document.querySelector('#items [data-keys]');
    if (keys) {
      keys.hidden = false;
      keys.addEventListener('click', help);
    }
  };
  start();
  if (location.hash.startsWith('#item-')) go(document.querySelector(location.hash));
})();
