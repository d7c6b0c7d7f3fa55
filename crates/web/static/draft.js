'use strict';
// The draft of an update is saved as it is typed: on this machine at once, at the server a little later.
// Without this script the button saves; what is typed here survives a lost network and a closed browser.
(() => {
  const form = document.querySelector('form[data-draft]');
  if (!form) return;
  const state = form.querySelector('[data-draft-state]');
  const key = `draft:${form.dataset.draft}`;
  const own = ['csrf', 'once', 'version', 'files', 'do', 'url', 'number', 'issued_on', 'issuer', 'excerpt'];
  const typed = () => Object.fromEntries([...new FormData(form)].filter(([name]) => !own.includes(name)));
  const say = (text) => { state.textContent = text; };
  const version = () => form.elements.version;
  const store = {
    get() { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    put(value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
    drop() { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
  };

  // What was typed belongs to one version of one draft; what is older than the server's is never put over it.
  const base = () => form.dataset.base;
  const kept = store.get();
  const wrong = form.querySelector('.errors');
  const fits = kept && kept.base === base() && !kept.sent && !wrong;
  if (fits && JSON.stringify(kept.fields) !== JSON.stringify(typed())) {
    for (const [name, value] of Object.entries(kept.fields)) {
      const field = form.elements[name];
      if (field) field.value = value;
    }
    say(state.dataset.restored);
  }

  const keep = () => store.put({ base: base(), fields: typed(), sent: false });
  let timer = 0;
  let broken = Boolean(wrong);
  const save = async () => {
    if (broken) return;
    const sent = typed();
    const body = new FormData(form);
    for (const name of own.filter((one) => one !== 'csrf' && one !== 'version')) body.delete(name);
    body.append('do', 'save');
    try {
      const answer = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin' });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = page.querySelector('form[data-draft]');
      if (answer.ok && fresh) {
        version().value = fresh.elements.version.value;
        form.dataset.base = fresh.dataset.base;
        if (JSON.stringify(sent) === JSON.stringify(typed())) store.drop();
        else keep();
        say(`${state.dataset.saved} ${new Date().toLocaleTimeString(document.documentElement.lang)}`);
      } else if (answer.status === 409) {
        broken = true;
        say(state.dataset.conflict);
      } else {
        say(state.dataset.kept);
      }
    } catch {
      say(state.dataset.kept);
    }
  };
  form.addEventListener('input', (event) => {
    if (own.includes(event.target.name)) return;
    keep();
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });
  form.addEventListener('submit', (event) => {
    clearTimeout(timer);
    broken = true;
    store.put({ base: base(), fields: typed(), sent: true });
    if (event.submitter?.value === 'discard') store.drop();
  });
})();
