// A client of the referral desk without a browser: it keeps cookies, reads forms out of pages and
// sends them as they are.
import assert from "node:assert/strict";
import { totp } from "./desk_server.mjs";

const unescape = (text) => text.replace(/&(amp|lt|gt|quot|#39);/gu, (_, name) =>
  ({ amp: "&", lt: "<", gt: ">", quot: "\"", "#39": "'" })[name]);
const attribute = (tag, name) => unescape(tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? "");

// What a browser would send of the form with this action.
export const fieldsOf = (page, action) => {
  const form = page.match(new RegExp(`<form[^>]* action="${action}"[^>]*>(.*?)</form>`, "su"))?.[1];
  assert.ok(form, `no form for ${action} on\n${page.slice(-2000)}`);
  const fields = new URLSearchParams();
  for (const [tag] of form.matchAll(/<input[^>]*>/gu)) {
    const type = attribute(tag, "type");
    if ((type === "radio" || type === "checkbox") && !tag.includes(" checked")) continue;
    fields.append(attribute(tag, "name"), attribute(tag, "value"));
  }
  for (const [, tag, text] of form.matchAll(/<textarea([^>]*)>(.*?)<\/textarea>/gsu)) {
    fields.append(attribute(` ${tag}`, "name"), unescape(text));
  }
  for (const [, tag, options] of form.matchAll(/<select([^>]*)>(.*?)<\/select>/gsu)) {
    const all = [...options.matchAll(/<option[^>]*>/gu)].map(([option]) => option);
    const chosen = all.find((option) => option.includes(" selected")) ?? all[0];
    fields.append(attribute(` ${tag}`, "name"), attribute(chosen, "value"));
  }
  return fields;
};

export class DeskClient {
  constructor(account) {
    Object.assign(this, { account, cookies: new Map() });
  }
  async request(base, path, fields) {
    const response = await fetch(base + path, { redirect: "manual",
      method: fields ? "POST" : "GET", body: fields,
      headers: { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") } });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/u);
      this.cookies.set(name, value);
    }
    return { status: response.status, to: response.headers.get("location"), text: await response.text() };
  }
  async send(base, path, typed) {
    const page = await this.request(base, path);
    assert.equal(page.status, 200, `${path}: ${page.text.slice(-600)}`);
    const fields = fieldsOf(page.text, path);
    for (const [name, value] of Object.entries(typed)) fields.set(name, value);
    const answer = await this.request(base, path, fields);
    assert.equal(answer.status, 303, `${path}: ${answer.text.match(/<main.*<\/main>/su)?.[0].replace(/<[^>]*>/gu, " ")}`);
    return answer.to;
  }
  async signIn(base) {
    const { login, password, totp: secret } = this.account;
    await this.send(base, "/en/desk/sign-in", { login, password, code: totp(secret) });
  }
}
