/** How a field's value is laid out: protobuf's wire types. The group types 3 and 4 are deprecated; pprof never had them. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
export const FIXED32 = 5;
