// SPDX-License-Identifier: MIT
#include "files.h"

#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include "errors.h"

namespace tinycnn::command {
namespace {

namespace fs = std::filesystem;

std::string in_words(int code) {
  switch (code) {
    case ENOENT:
      return "there is no such file or folder";
    case EACCES:
    case EPERM:
      return "no permission";
    case EISDIR:
      return "it is a folder";
    case ENOTDIR:
      return "a part of the path is not a folder";
    case ENOSPC:
      return "the disk is full";
    case EROFS:
      return "the disk is read-only";
    default:
      return std::generic_category().message(code);
  }
}

std::string partial_name(const std::string& path) {
  return path + "." + std::to_string(getpid()) + ".partial";
}

/// 0, or the number of the error.
int write_file(const std::string& path, std::span<const std::uint8_t> bytes) {
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  file.close();
  if (file) {
    return 0;
  }
  return errno == 0 ? EIO : errno;
}

bool is_gzip(std::span<const std::uint8_t> bytes) {
  return bytes.size() > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

struct Inflater {
  Inflater() : ready(inflateInit2(&stream, 15 + 16) == Z_OK) {}  // a window of 32 kB, gzip
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  Inflater(Inflater&&) = delete;
  Inflater& operator=(Inflater&&) = delete;
  ~Inflater() { inflateEnd(&stream); }

  z_stream stream{};
  bool ready = false;
};

Bytes gunzip(const std::string& path, Bytes& packed) {
  Inflater inflater;
  inflater.stream.next_in = packed.data();
  inflater.stream.avail_in = static_cast<uInt>(packed.size());
  Bytes bytes;
  const auto part = std::make_unique<std::array<std::uint8_t, 1 << 16>>();
  int state = inflater.ready ? Z_OK : Z_MEM_ERROR;
  while (state == Z_OK) {
    inflater.stream.next_out = part->data();
    inflater.stream.avail_out = static_cast<uInt>(part->size());
    state = inflate(&inflater.stream, Z_NO_FLUSH);
    bytes.insert(bytes.end(), part->data(), inflater.stream.next_out);
  }
  if (state != Z_STREAM_END) {
    throw Failure(path + " is cut off or damaged: it does not decompress.");
  }
  return bytes;
}

}  // namespace

bool file_exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

Bytes read_bytes(const std::string& path) {
  std::error_code error;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path, error)) {
    const int code = errno == 0 ? EISDIR : errno;
    throw Failure(path + " cannot be read: " + in_words(code));
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Bytes read_decompressed(const std::string& path) {
  Bytes bytes = read_bytes(path);
  return is_gzip(bytes) ? gunzip(path, bytes) : bytes;
}

void write_whole(const std::string& path, std::span<const std::uint8_t> bytes) {
  const std::string partial = partial_name(path);
  std::error_code error;
  int code = write_file(partial, bytes);
  if (code == 0) {
    fs::rename(partial, path, error);
    code = error.value();
  }
  if (code != 0) {
    fs::remove(partial, error);
    throw Failure(path + " cannot be written: " + in_words(code));
  }
}

void require_writable(const std::string& path, bool force) {
  std::error_code error;
  if (fs::exists(path, error)) {
    if (fs::is_directory(path, error)) {
      throw Failure(path + " cannot be written: it is a folder");
    }
    if (!force) {
      throw Failure(path + " is there already.",
                    {"Give another name with --out, or --force to replace it."});
    }
  }
  const std::string probe = partial_name(path);
  const int code = write_file(probe, {});
  fs::remove(probe, error);
  if (code != 0) {
    const fs::path folder = fs::absolute(path, error).parent_path();
    throw Failure("Nothing can be written to the folder " + folder.string() + ": " +
                  in_words(code));
  }
}

}  // namespace tinycnn::command
