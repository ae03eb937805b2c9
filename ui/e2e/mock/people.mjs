// SPDX-License-Identifier: Apache-2.0
// Invented people of the demo.
export const ORG = { id: 'fs', name: '佛山水陆联合执法', region: '440600' }
const user = (id, login, name, roles, cert) => ({
  id, login, name, roles, org: ORG, password: `${login}-demo`, ...(cert ? { officer: { id: `o-${id}`, cert_no: cert, cert_to: '2028-12-31' } } : {}),
})
export const USERS = [
  user('u1', 'chen', '陈晓岚', ['duty']),
  user('u2', 'liang', '梁志恒', ['officer'], '19060217031'),
  user('u3', 'su', '苏雅婷', ['officer'], '19060217044'),
  user('u4', 'tan', '谭国栋', ['unit_head'], '19060217002'),
  user('u5', 'he', '何静宜', ['reviewer']),
  user('u6', 'feng', '冯启明', ['leader']),
  user('u7', 'kuang', '邝文杰', ['supervisor']),
  user('u8', 'ou', '区永康', ['sysadmin']),
  user('u9', 'lin', '林安', ['secadmin']),
  user('u10', 'zhao', '赵明', ['auditor']),
  user('u11', 'mai', '麦卷宗', ['archivist']),
]
