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
    source.querySelectorAll(`[data-to$="#${item.id}"]`).forEach((part) => part.classList.add('passage--now'));
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
  // Browsers start no selection inside a link, and words are marked here: passages lead on without one.
  let sent = source.innerHTML;
  const loosen = () => source.querySelectorAll('a.passage[href]').forEach((passage) => {
    passage.dataset.to = passage.getAttribute('href');
    passage.removeAttribute('href');
    passage.setAttribute('role', 'link');
    passage.tabIndex = 0;
  });
  const itemOf = (passage) => document.getElementById(passage.dataset.to.split('#')[1]);
  const open = (passage) => {
    const item = itemOf(passage);
    if (item) go(item);
    else location.assign(passage.dataset.to);
  };
  source.addEventListener('click', (event) => {
    const passage = event.target.closest('[data-to]');
    if (passage && getSelection().isCollapsed) open(passage);
  });
  source.addEventListener('keydown', (event) => {
    const passage = event.key === 'Enter' && event.target.closest('[data-to]');
    if (passage) open(passage);
  });

  // Words marked in the source or in an item say where its second part begins.
  let marked = null;
  const remember = () => {
    const chosen = getSelection();
    const text = chosen.toString().trim();
    const from = chosen.anchorNode?.parentElement;
    const mark = from?.closest('[data-to]');
    const item = mark ? itemOf(mark) : from?.closest('#items .item');
    if (text && item) marked = { item, text: text.slice(0, 1000) };
  };
  document.addEventListener('selectionchange', remember);
  const split = (item) => {
    const link = item?.querySelector('[data-key="s"]');
    if (!link) return;
    const words = marked?.item === item ? `?second=${encodeURIComponent(marked.text)}` : '';
    location.assign(link.href + words);
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest('#items [data-key="s"]');
    if (!link || event.ctrlKey || event.metaKey || event.button !== 0) return;
    event.preventDefault();
    split(link.closest('.item'));
  });

  // A button is sent in the background and the list replaced; the next item gets the focus.
  const send = async (form, button) => {
    const list = items();
    const at = list.indexOf(button.closest('.item'));
    const after = at < 0 ? null : list[at].id;
    const next = at < 0 ? null : list[at + 1]?.id ?? list[at - 1]?.id;
    const stays = /^(merge|reopen|second)/.test(button.value);
    const data = new FormData(form);
    data.append('do', button.value);
    say(box.dataset.saving);
    const body = new URLSearchParams(data);
    // A browser carries what was sent through even when the page is left at once; not more than 64 KiB of it.
    const keepalive = body.toString().length < 60000;
    const answer = await fetch(form.action, { method: 'POST', body, keepalive, headers: { Accept: 'text/html' } });
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
    if (freshSource && freshSource.innerHTML !== sent) {
      const top = source.scrollTop;
      source.innerHTML = sent = freshSource.innerHTML;
      if (turned) swap();
      source.scrollTop = top;
    }
    if (turned) swapItems();
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
  let turned = false;
  const swap = () => source.querySelectorAll('.repaired').forEach((part) => {
    [part.textContent, part.title] = [part.title, part.textContent];
  });
  const swapItems = () => document.querySelectorAll('#items [data-original]').forEach((words) => { words.hidden = !words.hidden; });
  const otherSide = () => {
    const link = document.querySelector('[data-other]');
    if (!link) return;
    turned = !turned;
    swap();
    swapItems();
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
      case 's':
        remember();
        split(getSelection().isCollapsed ? item : marked?.item ?? item);
        break;
      case 'a': case 'd': case 'r': case 'e': case 'm':
        item?.querySelector(`[data-key="${event.key}"]`)?.click();
        break;
      default: return;
    }
    event.preventDefault();
  });

  const start = () => {
    loosen();
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
