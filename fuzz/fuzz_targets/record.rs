#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sessions::fuzzing::any_record(bytes));
