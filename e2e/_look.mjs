import { chromium } from "playwright-core";
import { readdirSync } from "node:fs";
const [,, base, login, password, name, ...paths] = process.argv;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || undefined, args: ["--no-sandbox"] });
for (const [kind, size] of [["desktop",{width:1280,height:900}],["phone",{width:390,height:844}]]) {
  const c = await browser.newContext({ viewport: size, locale: "vi-VN" });
  const p = await c.newPage();
  const errors = []; p.on("console", m => m.type()==="error" && errors.push(m.text()));
  await p.goto(base + "/login"); await p.fill("[name=login]", login); await p.fill("[name=password]", password);
  await Promise.all([p.waitForNavigation(), p.click("main button[type=submit]")]);
  let n = 0;
  for (const path of paths) {
    const t = Date.now(); const r = await p.goto(base + path); 
    console.log(kind, path, r.status(), Date.now()-t, "ms", await p.title(), "overflow", await p.evaluate(() => document.documentElement.scrollWidth - innerWidth));
    await p.screenshot({ path: `/tmp/board/shots/${name}-${kind}-${n++}.png`, fullPage: true });
  }
  if (errors.length) console.log(errors);
  await c.close();
}
await browser.close();
