import { chromium } from "playwright-core";
const [,, base, login, password, ...paths] = process.argv;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const p = await (await browser.newContext({ locale: "vi-VN" })).newPage();
await p.goto(base + "/login"); await p.fill("[name=login]", login); await p.fill("[name=password]", password);
await Promise.all([p.waitForNavigation(), p.click("main button[type=submit]")]);
const num = (t) => { const m = t.replace(/\./g, "").match(/\d+/); return m ? +m[0] : null; };
for (const path of paths) {
  const t = Date.now(); await p.goto(base + path); console.log(path, Date.now() - t, "ms");
  const links = await p.$$eval("main a", (as) => as.map((a) => [a.getAttribute("href"), a.textContent.trim()]));
  let ok = 0;
  for (const [href, text] of links) {
    if (!/^\/(tasks\?|programmes\/[^/]+\/tasks\?)/.test(href)) continue;
    if (/^Còn/.test(text) || num(text) === null || /^(Nhóm|[IVX]+ )/.test(text)) continue;
    await p.goto(base + href);
    const pager = await p.$(".pager p"); const said = pager ? await pager.textContent() : "0";
    const total = pager ? num(said.split(/trong|\//).pop()) : 0;
    if (total !== num(text)) console.log("DIFFERS", href, text, "|", said); else ok++;
  }
  console.log("same:", ok);
}
await browser.close();
