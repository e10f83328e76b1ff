// SPDX-License-Identifier: MIT
// IDX files and data sets: what is read, and what is refused.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "support/refusal.h"
#include "tinycnn/dataset.h"

namespace tinycnn::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kImages = 0x803;
constexpr std::uint32_t kLabels = 0x801;

/// Big-endian words, then `data`.
Bytes idx(std::initializer_list<std::uint32_t> words, const Bytes& data) {
  Bytes bytes;
  for (const std::uint32_t word : words) {
    for (const int shift : {24, 16, 8, 0}) {
      bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

std::string wrong_images(const Bytes& bytes, std::initializer_list<std::string_view> parts) {
  return wrong_refusal([&] { read_idx_images(bytes); }, parts);
}

std::string wrong_labels(const Bytes& bytes, std::initializer_list<std::string_view> parts) {
  return wrong_refusal([&] { read_idx_labels(bytes, 10); }, parts);
}

std::string wrong_dataset(const Images& images, const Bytes& labels,
                          std::initializer_list<std::string_view> parts) {
  return wrong_refusal([&] { const Dataset refused(images, labels); }, parts);
}

}  // namespace

TEST_CASE("an IDX file of images is read in its order") {
  const Images images = read_idx_images(idx({kImages, 2, 1, 3}, {1, 2, 3, 4, 5, 255}));
  CHECK(images.count == 2);
  CHECK(images.height == 1);
  CHECK(images.width == 3);
  CHECK(images.pixels == Bytes{1, 2, 3, 4, 5, 255});
}

TEST_CASE("an IDX file of labels is read in its order") {
  CHECK(read_idx_labels(idx({kLabels, 3}, {9, 0, 4}), 10) == Bytes{9, 0, 4});
}

TEST_CASE("another magic number is refused with both numbers") {
  CHECK(wrong_images(idx({kLabels, 2, 1, 3}, Bytes(6)),
                     {"[idx]", "images", "magic number 2051", "got magic number 2049"}) == "");
  CHECK(wrong_labels(idx({kImages, 2}, Bytes(2)),
                     {"[idx]", "labels", "magic number 2049", "got magic number 2051"}) == "");
  CHECK(wrong_images(Bytes(1000, 0x1F), {"magic number 2051", "got magic number 522133279"}) == "");
}

TEST_CASE("a header cut at any length is refused") {
  const Bytes images = idx({kImages, 1, 1, 1}, {});
  for (std::size_t length = 0; length < images.size(); ++length) {
    CHECK(wrong_images({images.begin(), images.begin() + static_cast<std::ptrdiff_t>(length)},
                       {"[idx]", "a header of 16 bytes", "got", "bytes"}) == "");
  }
  const Bytes labels = idx({kLabels, 1}, {});
  for (std::size_t length = 0; length < labels.size(); ++length) {
    CHECK(wrong_labels({labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(length)},
                       {"[idx]", "a header of 8 bytes", "got", "bytes"}) == "");
  }
}

TEST_CASE("data shorter or longer than the dimensions say are refused with both lengths") {
  CHECK(wrong_images(idx({kImages, 2, 1, 3}, Bytes(5)), {"of 6 bytes", "got 5 bytes"}) == "");
  CHECK(wrong_images(idx({kImages, 2, 1, 3}, Bytes(7)), {"of 6 bytes", "got 7 bytes"}) == "");
  CHECK(wrong_images(idx({kImages, 2, 1, 3}, {}), {"of 6 bytes", "got 0 bytes"}) == "");
  CHECK(wrong_labels(idx({kLabels, 4}, Bytes(3)), {"of 4 bytes", "got 3 bytes"}) == "");
  CHECK(wrong_labels(idx({kLabels, 4}, Bytes(5)), {"of 4 bytes", "got 5 bytes"}) == "");
}

TEST_CASE("a header that promises gigabytes is refused by what is there") {
  const Bytes little(1000);
  CHECK(wrong_images(idx({kImages, 5'478'275, 28, 28}, little), {"[idx]", "got 1000 bytes"}) == "");
  CHECK(wrong_labels(idx({kLabels, 0xFFFFFFFF}, little), {"4294967295", "got 1000 bytes"}) == "");
  // Products that wrap to 0 and to 1000 in 32 or 64 bits.
  CHECK(wrong_images(idx({kImages, 0x80000000, 0x80000000, 4}, {}), {"got 0 bytes"}) == "");
  CHECK(wrong_images(idx({kImages, 0x10000, 0x10000, 1}, {}), {"got 0 bytes"}) == "");
  CHECK(wrong_images(idx({kImages, 0x20000001, 8, 125}, little), {"got 1000 bytes"}) == "");
}

TEST_CASE("dimensions of zero are refused") {
  CHECK(wrong_images(idx({kImages, 0, 28, 28}, {}), {"above 0", "got 0 as dimension 0"}) == "");
  CHECK(wrong_images(idx({kImages, 1, 0, 28}, {}), {"above 0", "got 0 as dimension 1"}) == "");
  CHECK(wrong_images(idx({kImages, 1, 28, 0}, {}), {"above 0", "got 0 as dimension 2"}) == "");
  CHECK(wrong_labels(idx({kLabels, 0}, {}), {"above 0", "got 0 as dimension 0"}) == "");
}

TEST_CASE("a label out of range is refused with its place") {
  CHECK(wrong_labels(idx({kLabels, 3}, {9, 10, 11}),
                     {"[idx]", "labels from 0 to 9", "got 10", "position 1"}) == "");
}

TEST_CASE("a data set gives each image with its label") {
  const Dataset data({.count = 2, .height = 2, .width = 2, .pixels = {1, 2, 3, 4, 5, 6, 7, 8}},
                     {7, 9});
  CHECK(data.size() == 2);
  CHECK(data.pixels(1)[0] == 5);
  CHECK(data.pixels(1)[3] == 8);
  CHECK(data.label(1) == 9);
}

TEST_CASE("images and labels that do not match are refused with both counts") {
  const Images images{.count = 3, .height = 1, .width = 2, .pixels = Bytes(6)};
  CHECK(wrong_dataset(images, Bytes(2), {"[data]", "3 images", "got 2 labels"}) == "");
  CHECK(wrong_dataset(images, Bytes(4), {"[data]", "3 images", "got 4 labels"}) == "");
}

TEST_CASE("a data set without images, or of other than its bytes, is refused") {
  CHECK(wrong_dataset({}, {}, {"[data]", "at least one image", "got 0"}) == "");
  CHECK(wrong_dataset({.count = 1, .height = 0, .width = 2, .pixels = {}}, Bytes(1),
                      {"[data]", "at least one pixel", "0x2"}) == "");
  CHECK(wrong_dataset({.count = -1, .height = 1, .width = 1, .pixels = {}}, {},
                      {"[data]", "got -1"}) == "");
  CHECK(wrong_dataset({.count = 2, .height = 2, .width = 2, .pixels = Bytes(7)}, Bytes(2),
                      {"[data]", "2 images of 2x2", "got 7 bytes"}) == "");
  CHECK(wrong_dataset({.count = 2, .height = 2, .width = 2, .pixels = Bytes(12)}, Bytes(2),
                      {"[data]", "2 images of 2x2", "got 12 bytes"}) == "");
}

TEST_CASE("sizes whose product wraps around to the number of bytes are refused") {
  CHECK(wrong_dataset({.count = 256, .height = 4096, .width = 4096, .pixels = {}}, Bytes(256),
                      {"[data]", "256 images of 4096x4096", "got 0 bytes"}) == "");
  CHECK(wrong_dataset({.count = 4, .height = 1 << 30, .width = 1 << 30, .pixels = {}}, Bytes(4),
                      {"[data]", "4 images", "got 0 bytes"}) == "");
}

TEST_CASE("labels of a data set are checked against the number of classes") {
  const Dataset data({.count = 3, .height = 1, .width = 1, .pixels = Bytes(3)}, {0, 4, 2});
  CHECK_NOTHROW(data.require_labels_below(5));
  CHECK(wrong_refusal([&] { data.require_labels_below(4); },
                      {"[data]", "labels from 0 to 3", "got 4", "image 1"}) == "");
}

}  // namespace tinycnn::test
