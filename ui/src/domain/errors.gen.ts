// SPDX-License-Identifier: Apache-2.0
// Made by script/gen-api.mjs from api/openapi.yaml and api/errors.yaml. Do not edit.

export const serverErrors = {
  bad_request: { status: 400, zh: "请求不完整，没有做任何改动。", en: "The request is not complete; nothing was changed." },
  bad_field: { status: 400, zh: "有一项填写不对，其余已保留。", en: "One field is not right; the rest is kept." },
  not_logged_in: { status: 401, zh: "请先登录，草稿还在。", en: "Please log in; drafts are kept." },
  bad_login: { status: 401, zh: "用户名或口令不对。", en: "User name or password is not right." },
  locked: { status: 429, zh: "口令多次不对，此账号暂停登录。", en: "Too many wrong passwords; this account is paused." },
  reauth_needed: { status: 403, zh: "这一步要再输一次口令，内容已保留。", en: "This step asks for your password again; your text is kept." },
  csrf: { status: 403, zh: "页面已过期，没有做任何改动，请刷新后再试。", en: "The page is out of date; nothing was changed. Reload and try again." },
  forbidden: { status: 403, zh: "您的身份不能做这一步。", en: "Your role cannot take this step." },
  not_found: { status: 404, zh: "没有找到，或不在您的辖区内。", en: "Not found, or outside your area." },
  method: { status: 405, zh: "此地址不支持这种操作。", en: "This address does not take that operation." },
  conflict: { status: 409, zh: "没有保存，别人刚改过，您的内容还在。", en: "Not saved, somebody changed it just now. Your text is kept." },
  key_reused: { status: 409, zh: "同一操作编号已用于另一内容，没有做任何改动。", en: "The same operation key was used for other content; nothing was changed." },
  too_large: { status: 413, zh: "内容太大，没有保存。", en: "Too large; not saved." },
  media_type: { status: 415, zh: "只接受 JSON。", en: "Only JSON is taken here." },
  unmet: { status: 422, zh: "还不能做这一步，缺项如下。", en: "Not yet; the following is missing." },
  not_allowed_now: { status: 422, zh: "此预警现在不能这样处理。", en: "This alert cannot be handled this way now." },
  rate: { status: 429, zh: "请求太快，请稍后再试。", en: "Too many requests; try again in a moment." },
  internal: { status: 500, zh: "服务器没有完成这一步，数据未变。请再试，仍不行请报编号。", en: "The server did not finish; nothing was changed. Try again, or report the number." },
  full: { status: 503, zh: "存储已满，未保存，已告知管理员。", en: "Storage is full; not saved. The administrator was told." },
  stopping: { status: 503, zh: "服务器正在停止，稍后自动重连。", en: "The server is stopping; the page will reconnect by itself." },
} as const

export type ServerErrorCode = keyof typeof serverErrors
