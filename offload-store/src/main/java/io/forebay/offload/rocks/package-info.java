/// Storage on RocksDB: families, options, batches, scans. The only package that imports RocksDB; depends on
/// `offload.storage`.
@NullMarked
package io.forebay.offload.rocks;

import org.jspecify.annotations.NullMarked;
