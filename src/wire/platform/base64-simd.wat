;; Source of the module in base64-simd.node.ts; base64-simd.test.ts checks that the two agree, and prints the module.
;; Method: W. Mula, D. Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions", ACM TWEB 12 (2018), section 4.
(module
  ;; Two pages: text from 0, what it decodes to from 65536.
  (memory (export "memory") 2)
  ;; Decodes $length characters (a positive multiple of 16). Returns 0 when all of them belong to the alphabet.
  (func (export "decode") (param $length i32) (result i32)
    (local $from i32) (local $to i32) (local $v v128) (local $high v128) (local $bad v128)
    (local $byLow v128) (local $byHigh v128) (local $shift v128) (local $nibble v128) (local $slash v128)
    (local $even v128) (local $merge v128)
    ;; In locals, because constants inside the loop are loaded anew each round.
    (local.set $byLow
      (v128.const i8x16 0x15 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x13 0x1a 0x1b 0x1b 0x1b 0x1a))
    (local.set $byHigh
      (v128.const i8x16 0x10 0x10 0x01 0x02 0x04 0x08 0x04 0x08 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10))
    (local.set $shift (v128.const i8x16 0 16 19 4 -65 -65 -71 -71 0 0 0 0 0 0 0 0))
    (local.set $nibble (i8x16.splat (i32.const 0x0f)))
    (local.set $slash (i8x16.splat (i32.const 0x2f)))
    (local.set $even (i16x8.splat (i32.const 0xff)))
    (local.set $merge (v128.const i16x8 4096 1 4096 1 4096 1 4096 1))
    (local.set $to (i32.const 65536))
    (loop $next
      (local.set $v (v128.load (local.get $from)))
      (local.set $high (v128.and (i32x4.shr_u (local.get $v) (i32.const 4)) (local.get $nibble)))
      ;; A character is of the alphabet when what its two nibbles allow has no bit in common.
      (local.set $bad (v128.or (local.get $bad) (v128.and
        (i8x16.swizzle (local.get $byLow) (v128.and (local.get $v) (local.get $nibble)))
        (i8x16.swizzle (local.get $byHigh) (local.get $high)))))
      ;; Six bits a byte; '/' shares its high nibble with '+', so it takes the entry one below.
      (local.set $v (i8x16.add (local.get $v) (i8x16.swizzle (local.get $shift)
        (i8x16.add (local.get $high) (i8x16.eq (local.get $v) (local.get $slash))))))
      ;; Twelve bits of each pair, then 24 of each four, which the shuffle puts in order.
      (local.set $v (v128.or
        (i16x8.shl (v128.and (local.get $v) (local.get $even)) (i32.const 6))
        (i16x8.shr_u (local.get $v) (i32.const 8))))
      (local.set $v (i32x4.dot_i16x8_s (local.get $v) (local.get $merge)))
      (v128.store (local.get $to) (i8x16.shuffle 2 1 0 6 5 4 10 9 8 14 13 12 16 16 16 16
        (local.get $v) (local.get $v)))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (local.set $to (i32.add (local.get $to) (i32.const 12)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $length))))
    (v128.any_true (local.get $bad))))
