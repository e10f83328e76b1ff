# SPDX-License-Identifier: MIT
# What `cpack -G DEB` makes of a build folder: libtinycnn-dev, the library with its headers, and tinycnn, the command with its man page.
# The preset `debian` builds for every processor of its kind, and installs where Debian wants libraries.
set(TINYCNN_MAINTAINER "The TinyCNN authors" CACHE STRING "The packages' maintainer; Debian wants a name and an address, Name <a@b.org>")
set(packages libtinycnn-dev)
if(TARGET tinycnn_command)
  list(APPEND packages tinycnn)
endif()

# Debian's own names of what comes along: copyright, and a compressed changelog.
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH where that is set
set(documents ${CMAKE_CURRENT_BINARY_DIR}/debian)
configure_file(${PROJECT_SOURCE_DIR}/LICENSE ${documents}/copyright COPYONLY)
file(WRITE ${documents}/changelog
  "tinycnn (${PROJECT_VERSION}) unstable; urgency=medium\n\n  * See CHANGELOG.md of the source.\n\n -- ${TINYCNN_MAINTAINER}  ${now}\n")
execute_process(COMMAND gzip -9nc ${documents}/changelog OUTPUT_FILE ${documents}/changelog.gz COMMAND_ERROR_IS_FATAL ANY)
foreach(package ${packages})
  install(FILES ${documents}/copyright ${documents}/changelog.gz DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package}
    COMPONENT ${package}-documents EXCLUDE_FROM_ALL)
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tinycnn)
set(CPACK_PACKAGE_VENDOR TinyCNN)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "trains small convolutional networks on the CPU")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${TINYCNN_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(about "One seed gives the same weights, bit for bit, on every machine and with\nany number of threads.")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libtinycnn-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libstdc++-12-dev | libstdc++-dev")
set(CPACK_DEBIAN_DEV_DESCRIPTION
  "trains small convolutional networks on the CPU (development)\n${about}\n.\nThis package holds the static library, its headers, and what\nfind_package(tinycnn) of CMake reads.")
set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME tinycnn)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION science)
set(CPACK_DEBIAN_COMMAND_DESCRIPTION
  "trains small convolutional networks on the CPU (command)\n${about}\n.\nThe command tinycnn trains, tests and converts networks: ONNX, TensorFlow\nLite, C, safetensors, PyTorch.")
find_program(TINYCNN_SHLIBDEPS dpkg-shlibdeps)
if(TINYCNN_SHLIBDEPS)
  set(CPACK_DEBIAN_COMMAND_PACKAGE_SHLIBDEPS ON)
else()
  set(CPACK_DEBIAN_COMMAND_PACKAGE_DEPENDS "libc6, libgcc-s1, libstdc++6, zlib1g")
endif()

set(CPACK_COMPONENTS_ALL library libtinycnn-dev-documents)
if(TARGET tinycnn_command)
  list(APPEND CPACK_COMPONENTS_ALL program tinycnn-documents)
endif()
include(CPack)
cpack_add_component_group(dev)
cpack_add_component(library GROUP dev)
cpack_add_component(libtinycnn-dev-documents GROUP dev)
if(TARGET tinycnn_command)
  cpack_add_component_group(command)
  cpack_add_component(program GROUP command)
  cpack_add_component(tinycnn-documents GROUP command)
endif()
