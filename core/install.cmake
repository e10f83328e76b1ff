# SPDX-License-Identifier: MIT
# What `cmake --install` puts in place: the library, its public headers, and the package that find_package(tinycnn) reads.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/tinycnn)
install(TARGETS tinycnn_core tinycnn_formats tinycnn_all EXPORT tinycnn-targets 
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
set(left_out)
if(NOT TINYCNN_THREADS)
  set(left_out PATTERN thread_pool.h EXCLUDE)
endif()
install(DIRECTORY include/tinycnn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library ${left_out})
install(EXPORT tinycnn-targets NAMESPACE tinycnn:: DESTINATION ${package_folder} COMPONENT library)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT licence)

configure_package_config_file(tinycnn-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/tinycnn-config.cmake
  INSTALL_DESTINATION ${package_folder})
# Before 1.0 a new minor version may change what programs are written against.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/tinycnn-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tinycnn-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/tinycnn-config-version.cmake
  DESTINATION ${package_folder} COMPONENT library)
