// Small comforts. Every page works without this file.
(() => {
  'use strict';
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  // A menu closes when one clicks elsewhere or presses Escape.
  document.addEventListener('click', (event) => {
    each(document, '[data-menu][open]', (menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const opener = event.target.closest('[data-dialog]');
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    const closer = event.target.closest('dialog .button--quiet');
    if (closer) {
      event.preventDefault();
      closer.closest('dialog').close();
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    each(document, '[data-menu][open]', (menu) => {
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  });

  // Enter in a picker's field looks, and does not send the form around it.
  document.addEventListener('keydown', (event) => {
    const box = event.key === 'Enter' && event.target.matches('input') && event.target.closest('.picker__search');
    if (!box) return;
    event.preventDefault();
    if (!window.htmx) box.querySelector('button').click();
  });

  // Days: a calendar button beside the text field.
  const calendar = (box) => {
    const text = box.querySelector('input');
    const button = box.querySelector('button');
    const native = document.createElement('input');
    native.type = 'date';
    native.tabIndex = -1;
    native.setAttribute('aria-hidden', 'true');
    if (!button || !native.showPicker) return;
    box.append(native);
    button.hidden = false;
    button.addEventListener('click', () => {
      const [day, month, year] = text.value.split('/');
      native.value = year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : '';
      native.showPicker();
    });
    native.addEventListener('change', () => {
      if (native.value) text.value = native.value.split('-').reverse().join('/');
      text.dispatchEvent(new Event('change', { bubbles: true }));
      text.focus();
    });
  };

  // Files: drop them on the box, see the list.
  const size = (bytes) => (bytes / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  const drop = (box) => {
    const input = box.querySelector('input[type=file]');
    const list = box.querySelector('.drop__list');
    const show = () => {
      list.replaceChildren(...[...input.files].map((file) => {
        const item = document.createElement('li');
        const name = document.createElement('span');
        const weight = document.createElement('span');
        name.textContent = file.name;
        weight.textContent = `${size(file.size)} MB`;
        weight.className = 'num';
        item.append(name, weight);
        return item;
      }));
      list.hidden = input.files.length === 0;
    };
    box.querySelector('.drop__hint').hidden = false;
    box.classList.add('drop--live');
    input.addEventListener('change', show);
    box.addEventListener('dragover', (event) => {
      event.preventDefault();
      box.classList.add('drop--over');
    });
    for (const leave of ['dragleave', 'drop']) box.addEventListener(leave, () => box.classList.remove('drop--over'));
    box.addEventListener('drop', (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      show();
    });
  };

  // Sending files shows how far it is; the answer replaces the page.
  const upload = (form) => form.addEventListener('submit', (event) => {
    const box = form.querySelector('[data-drop]');
    const input = box?.querySelector('input[type=file]');
    if (!input?.files.length || event.submitter?.name === 'search') return;
    event.preventDefault();
    const bar = box.querySelector('progress');
    const state = box.querySelector('.drop__state');
    const buttons = form.querySelectorAll('button[type=submit]');
    const data = new FormData(form, event.submitter);
    const request = new XMLHttpRequest();
    const say = (text) => { state.textContent = text; };
    const busy = (on) => {
      bar.hidden = !on;
      buttons.forEach((button) => { button.disabled = on; });
    };
    request.upload.addEventListener('progress', (at) => {
      if (at.lengthComputable) bar.value = 100 * at.loaded / at.total;
    });
    request.upload.addEventListener('load', () => {
      bar.removeAttribute('value');
      say(state.dataset.reading);
    });
    request.addEventListener('load', () => {
      if (request.responseURL !== new URL(form.action, location.href).href) {
        history.pushState(null, '', request.responseURL);
        addEventListener('popstate', () => location.reload());
      }
      const page = new DOMParser().parseFromString(request.responseText, 'text/html');
      document.title = page.title;
      document.body.replaceWith(document.adoptNode(page.body));
      document.getElementById('main')?.focus();
      start(document);
      window.htmx?.process(document.body);
      scrollTo(0, 0);
    });
    for (const failure of ['error', 'abort', 'timeout']) {
      request.addEventListener(failure, () => {
        busy(false);
        say(state.dataset.failed);
      });
    }
    busy(true);
    say(state.dataset.sending);
    request.open('POST', form.action);
    request.send(data);
  });

  const start = (root) => {
    each(root, '[data-date]', calendar);
    each(root, '[data-drop]', drop);
    each(root, 'form[data-upload]', upload);
    root.querySelector('[data-focus]')?.focus();
  };
  const ready = () => start(document);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ready);
  else ready();
  document.addEventListener('htmx:after:swap', (event) => {
    const target = event.detail.ctx?.target ?? event.target;
    if (target?.querySelectorAll) start(target);
  });
})();
