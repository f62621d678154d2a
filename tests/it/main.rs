//! Scenarios through the real binary or library, a real loopback site and a real database. One test binary.

mod architecture;
