// SPDX-License-Identifier: MIT
#include "images.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>

#include "errors.h"
#include "files.h"
#include "tinycnn/dataset.h"
#include "tinycnn/error.h"

namespace tinycnn::command {
namespace {

namespace fs = std::filesystem;

constexpr int kWhite = 255;

/// Reads the numbers of a PGM's header, which comments may stand between.
class PgmHeader {
 public:
  explicit PgmHeader(std::string_view text) : text_(text) {}

  std::optional<int> next() {
    skip_space();
    int value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc{}) {
      return std::nullopt;
    }
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }
  [[nodiscard]] std::string_view rest() const { return text_; }

 private:
  void skip_space() {
    while (!text_.empty()) {
      if (text_.front() == '#') {
        text_.remove_prefix(std::min(text_.size(), text_.find('\n')));
      } else if (std::string_view(" \t\r\n").find(text_.front()) == std::string_view::npos) {
        return;
      } else {
        text_.remove_prefix(1);
      }
    }
  }

  std::string_view text_;
};

struct Picture {
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> pixels;
};

/// A PGM with a byte per pixel (P5), scaled to 0..255.
Picture read_pgm(const std::string& path, const Bytes& bytes) {
  PgmHeader header({reinterpret_cast<const char*>(bytes.data()) + 2, bytes.size() - 2});
  const int width = header.next().value_or(0);
  const int height = header.next().value_or(0);
  const int white = header.next().value_or(0);
  const std::size_t size = width > 0 && height > 0
                               ? static_cast<std::size_t>(width) * static_cast<std::size_t>(height)
                               : 0;
  if (size == 0 || white < 1 || white > kWhite || header.rest().size() != size + 1) {
    throw Failure(path + " is cut off or damaged: expected a PGM with a byte per pixel (P5).");
  }
  Picture picture{height, width, {}};
  for (const char c : header.rest().substr(1)) {
    const int grey = std::min<int>(static_cast<unsigned char>(c), white);
    picture.pixels.push_back(static_cast<std::uint8_t>((grey * kWhite + white / 2) / white));
  }
  return picture;
}

void require_size(const std::string& path, int height, int width, const Shape& input) {
  if (input.channels == 1 && height == input.height && width == input.width) {
    return;
  }
  throw Failure(path + ": the network reads images of " + std::to_string(input.channels) + "x" +
                    std::to_string(input.height) + "x" + std::to_string(input.width) + ", got 1x" +
                    std::to_string(height) + "x" + std::to_string(width) + ".",
                {"npx tinycnn predict scales images, and reads PNG."});
}

void read_file(const std::string& path, const Shape& input, std::vector<NamedImage>& images) {
  const Bytes bytes = read_decompressed(path);
  if (bytes.size() > 2 && bytes[0] == 'P' && bytes[1] == '5') {
    Picture picture = read_pgm(path, bytes);
    require_size(path, picture.height, picture.width, input);
    images.push_back({path, std::move(picture.pixels)});
    return;
  }
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 8 || bytes[3] != 3) {
    throw Failure(path + " is neither a PGM (P5) nor an IDX file of images.",
                  {"npx tinycnn predict reads PNG."});
  }
  try {
    const Images read = read_idx_images(bytes);
    require_size(path, read.height, read.width, input);
    const std::size_t size = read.pixels.size() / static_cast<std::size_t>(read.count);
    for (int i = 0; i < read.count; ++i) {
      const auto first = read.pixels.begin() + static_cast<std::ptrdiff_t>(size) * i;
      images.push_back({path + "[" + std::to_string(i) + "]",
                        {first, first + static_cast<std::ptrdiff_t>(size)}});
    }
  } catch (const Error& error) {
    throw Failure(path + ": " + error.what());
  }
}

}  // namespace

void read_images(const std::string& path, const Shape& input, std::vector<NamedImage>& images) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    read_file(path, input, images);
    return;
  }
  std::vector<std::string> paths;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path, error)) {
    if (entry.is_regular_file() && entry.path().extension() == ".pgm") {
      paths.push_back(entry.path().string());
    }
  }
  if (paths.empty()) {
    throw Failure(path + " holds no PGM image.");
  }
  std::ranges::sort(paths);
  for (const std::string& each : paths) {
    read_file(each, input, images);
  }
}

}  // namespace tinycnn::command
