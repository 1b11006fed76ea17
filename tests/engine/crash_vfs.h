// SPDX-License-Identifier: Apache-2.0
//
// A file system for SQLite that loses its power: at the n-th write, sync or truncation that write
// is torn in the middle and everything after it fails; what was written since a file's last sync is
// lost or kept, as asked. Or it fills up: from the n-th on every write says that the disk is full.
//
// Source of the idea: section 3.2 of "How SQLite Is Tested" (simulated crashes). It stands on the
// default file system; one test uses it at a time.
#ifndef FIDELIA_TESTS_ENGINE_CRASH_VFS_H_
#define FIDELIA_TESTS_ENGINE_CRASH_VFS_H_

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace fidelia::testing_support {

class CrashVfs {
 public:
  enum class Kind { none, keep_unsynced, lose_unsynced, full };

  static CrashVfs& shared() {
    static CrashVfs& vfs = *new CrashVfs;
    return vfs;
  }
  static constexpr const char* kName = "fidelia-crash";

  /// From now on the at-th change (from 1) goes wrong.
  void arm(Kind kind, std::int64_t at) {
    kind_ = kind;
    left_ = at;
    is_down_ = false;
    undo_.clear();
  }
  void disarm() { arm(Kind::none, 0); }
  bool has_happened() const { return is_down_; }

 private:
  /// What a file held before a write that was not yet synced.
  struct Before {
    std::int64_t offset;
    std::string bytes;
    std::int64_t size;
  };
  struct File {
    sqlite3_file base;
    sqlite3_file* real;
  };

  CrashVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.zName = kName;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.pNext = nullptr;
    vfs_.xOpen = &open;
    methods_.iVersion = 2;  // Shared memory, no mapped files.
    methods_.xClose = [](sqlite3_file* file) {
      shared().undo_.erase(real(file));
      return real(file)->pMethods->xClose(real(file));
    };
    methods_.xRead = [](sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
      return shared().is_off() ? SQLITE_IOERR_READ
                               : real(file)->pMethods->xRead(real(file), to, count, at);
    };
    methods_.xWrite = &write;
    methods_.xTruncate = [](sqlite3_file* file, sqlite3_int64 size) {
      if (shared().goes_wrong()) return shared().fault();
      return real(file)->pMethods->xTruncate(real(file), size);
    };
    methods_.xSync = [](sqlite3_file* file, int flags) {
      if (shared().goes_wrong()) return shared().fault();
      shared().undo_.erase(real(file));
      return real(file)->pMethods->xSync(real(file), flags);
    };
    methods_.xFileSize = [](sqlite3_file* file, sqlite3_int64* size) {
      return real(file)->pMethods->xFileSize(real(file), size);
    };
    methods_.xLock = [](sqlite3_file* file, int level) {
      return real(file)->pMethods->xLock(real(file), level);
    };
    methods_.xUnlock = [](sqlite3_file* file, int level) {
      return real(file)->pMethods->xUnlock(real(file), level);
    };
    methods_.xCheckReservedLock = [](sqlite3_file* file, int* out) {
      return real(file)->pMethods->xCheckReservedLock(real(file), out);
    };
    methods_.xFileControl = [](sqlite3_file* file, int what, void* argument) {
      return real(file)->pMethods->xFileControl(real(file), what, argument);
    };
    methods_.xSectorSize = [](sqlite3_file* file) {
      return real(file)->pMethods->xSectorSize(real(file));
    };
    methods_.xDeviceCharacteristics = [](sqlite3_file*) { return 0; };
    methods_.xShmMap = [](sqlite3_file* file, int page, int size, int extend, void volatile** out) {
      return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
    };
    methods_.xShmLock = [](sqlite3_file* file, int offset, int count, int flags) {
      return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
    };
    methods_.xShmBarrier = [](sqlite3_file* file) {
      real(file)->pMethods->xShmBarrier(real(file));
    };
    methods_.xShmUnmap = [](sqlite3_file* file, int remove) {
      return real(file)->pMethods->xShmUnmap(real(file), remove);
    };
    sqlite3_vfs_register(&vfs_, 0);
  }

  static sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }

  static int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
    auto* const made = reinterpret_cast<File*>(file);
    made->real = reinterpret_cast<sqlite3_file*>(made + 1);
    made->base.pMethods = nullptr;
    const int code = shared().real_->xOpen(shared().real_, name, made->real, flags, out);
    if (made->real->pMethods != nullptr) made->base.pMethods = &shared().methods_;
    return code;
  }

  static int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
    CrashVfs& vfs = shared();
    const bool was_down = vfs.is_down_;
    if (vfs.goes_wrong()) {
      if (!was_down && vfs.kind_ != Kind::full) {
        vfs.remember(real(file), count, at);
        real(file)->pMethods->xWrite(real(file), from, count / 2, at);  // Torn.
        if (vfs.kind_ == Kind::lose_unsynced) vfs.lose_unsynced();
      }
      return vfs.fault();
    }
    if (vfs.kind_ == Kind::lose_unsynced) vfs.remember(real(file), count, at);
    return real(file)->pMethods->xWrite(real(file), from, count, at);
  }

  /// Whether this change, which counts, goes wrong.
  bool goes_wrong() {
    if (kind_ == Kind::none) return false;
    if (!is_down_ && --left_ > 0) return false;
    const bool first = !std::exchange(is_down_, true);
    if (first && kind_ == Kind::lose_unsynced && left_ == 0) lose_unsynced();
    return true;
  }
  bool is_off() const { return is_down_ && kind_ != Kind::full; }
  int fault() const { return kind_ == Kind::full ? SQLITE_FULL : SQLITE_IOERR_WRITE; }

  void remember(sqlite3_file* file, int count, std::int64_t at) {
    Before before{at, std::string(static_cast<std::size_t>(count), '\0'), 0};
    sqlite3_int64 size = 0;
    file->pMethods->xFileSize(file, &size);
    before.size = size;
    file->pMethods->xRead(file, before.bytes.data(), count, at);  // Zeros beyond the end.
    undo_[file].push_back(std::move(before));
  }
  void lose_unsynced() {
    for (auto& [file, writes] : undo_) {
      for (auto before = writes.rbegin(); before != writes.rend(); ++before) {
        file->pMethods->xWrite(file, before->bytes.data(), static_cast<int>(before->bytes.size()),
                               before->offset);
        file->pMethods->xTruncate(file, before->size);
      }
    }
    undo_.clear();
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  sqlite3_io_methods methods_{};
  Kind kind_ = Kind::none;
  std::int64_t left_ = 0;
  bool is_down_ = false;
  std::map<sqlite3_file*, std::vector<Before>> undo_;
};

}  // namespace fidelia::testing_support

#endif  // FIDELIA_TESTS_ENGINE_CRASH_VFS_H_
