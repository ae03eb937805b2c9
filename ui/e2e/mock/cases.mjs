// SPDX-License-Identifier: Apache-2.0
export class Cases {
  constructor() {}
  search() { return [] }
  list() { return { items: [], total: 0, stages: [] } }
}
