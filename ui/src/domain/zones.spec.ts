// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { zoneLook } from './zones'

test('the layers of our packs have the looks of what they are', () => {
  expect(zoneLook('no_go')).toBe('nogo')
  expect(zoneLook('closed')).toBe('nogo')
  expect(zoneLook('cw_no_dumping')).toBe('nogo')
  expect(zoneLook('bridge_area')).toBe('speed')
  expect(zoneLook('sea_bridge_area')).toBe('speed')
  expect(zoneLook('cw_speed')).toBe('speed')
  expect(zoneLook('one_way_gate')).toBe('gate')
  expect(zoneLook('ferry_route')).toBe('ferry')
  expect(zoneLook('cw_route')).toBe('site')
  expect(zoneLook('channel')).toBe('water')
})
test('a layer of another name is drawn plainly', () => {
  expect(zoneLook('waters')).toBe('plain')
  expect(zoneLook(undefined)).toBe('plain')
})
