# Run by cpack between installing and packing: what Debian wants otherwise than cmake --install puts it (policy 12).
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
set(doc ${share}/doc/packetarium)

function(compress file)
  execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# The day, from any place and in English.
execute_process(COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C date -u -R -d ${CPACK_PACKETARIUM_DATE} OUTPUT_VARIABLE day
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${doc}/changelog.Debian "packetarium (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * New version; changelog.gz says what is new.

 -- ${CPACK_PACKAGE_CONTACT}  ${day}
")
compress(${doc}/changelog.Debian)
file(RENAME ${doc}/CHANGELOG.md ${doc}/changelog)
compress(${doc}/changelog)
file(REMOVE ${doc}/LICENSE) # Debian has it in common-licenses
configure_file(${CPACK_PACKETARIUM_SOURCE}/packaging/debian/copyright ${doc}/copyright COPYONLY)
compress(${share}/man/man1/packetarium.1)
file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
execute_process(COMMAND chmod -R u=rwX,go=rX ${CPACK_TEMPORARY_INSTALL_DIRECTORY} COMMAND_ERROR_IS_FATAL ANY)
