// Names and shapes here are storage format: never edited, only added to.

/** How a source words the exactness of a figure: – / 余 / 超 / 以上 / 近 / 约 / a-b. */
export type Qualifier = 'exact' | 'moreThan' | 'over' | 'atLeast' | 'nearly' | 'about' | 'range';

/** What is measured. Figures of different basis are never compared, divided or added. */
export type Basis = 'floorArea' | 'landArea' | 'perCommunity';

/**
 * One figure as a source states it. Amounts are exact decimal strings in the canonical `unit`
 * (`-?\d+(\.\d+)?`, no exponent, no superfluous zeros), never binary floats.
 *
 * - `amount` is absent exactly when `qualifier` is `range`; then `lower` and `upper` (both
 *   inclusive) are present. Bounds of the other qualifiers are derived, see `certainBounds`.
 * - `resolution` is the size of the last printed digit in `unit`; half of it is the rounding
 *   uncertainty. Absent where a figure is a plain count.
 * - `printed` is the text of the source with its unit, kept for ever: "68.1万平方米".
 * - `basisInferred` says that the source names no basis and the context implied it.
 */
export type Quantity = {
  amount?: string;
  unit: string;
  qualifier: Qualifier;
  lower?: string;
  upper?: string;
  resolution?: string;
  printed: string;
  basis?: Basis;
  basisInferred?: true;
};

/** What a reporter may send: `printed` alone, or the parts, or both (then they must agree). */
export type QuantityInput = {
  printed?: string;
  amount?: string;
  unit?: string;
  qualifier?: Qualifier;
  lower?: string;
  upper?: string;
  resolution?: string;
  basis?: Basis;
};

/** A text that looks like a figure but is none ("1+15+15+5", "第十二次"): refused in arithmetic. */
export type Label = { printed: string };

/** The value of an observation. */
export type Value = { quantity: Quantity } | { label: Label };
export type ValueInput = { quantity: QuantityInput } | { label: Label };
